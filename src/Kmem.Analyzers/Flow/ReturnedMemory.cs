using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>New memory that a method returns, as far as its contents and its zone matter to callers.</summary>
/// <param name="Flags">The flags it was allocated with, in the terms of the method; null: it was allocated without, or they are not known.</param>
/// <param name="FlagsType">Their enum.</param>
/// <param name="IsUntouched">Nothing has been written to it, unless its flags say that it is zeroed.</param>
internal sealed record ReturnedMemory(Value? Flags, ITypeSymbol? FlagsType, bool IsUntouched)
{
    /// <summary>The calls from the method down to the allocator.</summary>
    public ImmutableArray<SyntaxNode> Way { get; init; } = ImmutableArray<SyntaxNode>.Empty;

    // The way is told, but makes no difference: recursion would make ever longer ones.
    public bool Equals(ReturnedMemory? other) =>
        other is not null && Equals(Flags, other.Flags) && IsUntouched == other.IsUntouched && SymbolEqualityComparer.Default.Equals(FlagsType, other.FlagsType);

    public override int GetHashCode() => (Flags?.GetHashCode() ?? 0) + (IsUntouched ? 1 : 0);
}
