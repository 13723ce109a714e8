using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>The address of a field (or of an automatic property) of what is at an address or reference; static ones have no base.</summary>
internal sealed class FieldAddress : Value
{
    private EntryValue? _entry;

    public FieldAddress(Value? target, ISymbol field)
        : base(Combine(6, target?.GetHashCode() ?? 0, SymbolEqualityComparer.Default.GetHashCode(field)), target)
    {
        Target = target;
        Field = field;
    }

    public Value? Target { get; }

    public ISymbol Field { get; }

    /// <summary>What the field held when the method began.</summary>
    public EntryValue Entry => _entry ??= new EntryValue(this);

    protected override bool IsSame(Value other) =>
        other is FieldAddress address && SymbolEqualityComparer.Default.Equals(Field, address.Field) && Equals(Target, address.Target);

    public override string ToString() =>
        Target is null ? "&" + Field.ContainingType?.Name + "." + Field.Name : "&" + Target.ToString().TrimStart('&') + "." + Field.Name;
}
