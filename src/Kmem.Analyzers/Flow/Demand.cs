using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>A value is passed for a parameter whose contract says what may be passed: flags, a size, an order, a page.</summary>
/// <param name="Function">The function with the contract.</param>
/// <param name="Parameter">The parameter's position.</param>
/// <param name="Value">What is passed, in the terms of the method that is looked at.</param>
/// <param name="Call">The call of the function.</param>
/// <param name="Argument">What is written there for the parameter.</param>
internal sealed record Demand(IMethodSymbol Function, int Parameter, Value Value, SyntaxNode Call, SyntaxNode Argument)
{
    // A recursion that counts would demand something new in each round.
    private const int MaxOffsets = 2;

    /// <summary>The calls from the method that is looked at down to the one that calls the function.</summary>
    public ImmutableArray<SyntaxNode> Way { get; init; } = ImmutableArray<SyntaxNode>.Empty;

    /// <summary>The calls behind the one that a report stands at, down to that of the function.</summary>
    public IEnumerable<Location> Story => Way.IsEmpty ? Array.Empty<Location>() : Way.Skip(1).Append(Call).Select(step => step.GetLocation());

    /// <summary>A caller of the method can tell more about the value.</summary>
    public bool DependsOnCaller => IsFromCaller(Value) && Offsets(Value) <= MaxOffsets;

    // The way is told, but makes no difference: recursion would make ever longer ones.
    public bool Equals(Demand? other) =>
        other is not null && Parameter == other.Parameter && Value.Equals(other.Value)
        && SymbolEqualityComparer.Default.Equals(Function, other.Function);

    public override int GetHashCode() => Value.GetHashCode() ^ Parameter;

    private static int Offsets(Value value) => value is OperatorValue { Kind: Operator.Offset } offset ? 1 + Offsets(offset.Left) : 0;

    private static bool IsFromCaller(Value value) =>
        value is EntryValue { Address: VariableAddress or FieldAddress } || (value is OperatorValue && value.Parts.Any(IsFromCaller));
}
