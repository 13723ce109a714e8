using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>The address of a local or parameter; for a by-reference one: the address that the caller passed.</summary>
internal sealed class VariableAddress : Value
{
    private EntryValue? _entry;

    public VariableAddress(ISymbol variable)
        : base(Combine(4, SymbolEqualityComparer.Default.GetHashCode(variable))) => Variable = variable;

    public ISymbol Variable { get; }

    /// <summary>What the variable held when the method began.</summary>
    public EntryValue Entry => _entry ??= new EntryValue(this);

    protected override bool IsSame(Value other) =>
        other is VariableAddress address && SymbolEqualityComparer.Default.Equals(Variable, address.Variable);

    public override string ToString() => "&" + Variable.Name;
}
