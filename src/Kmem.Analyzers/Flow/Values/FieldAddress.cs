using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Values;

/// <summary>The address of a field (or of an automatic property) of what is at an address or reference; static ones have no base.</summary>
internal sealed class FieldAddress : Value
{
    private readonly ISymbol _key;
    private EntryValue? _entry;

    public FieldAddress(Value? target, ISymbol field)
        : this(target, field, target is null ? field : field.OriginalDefinition)
    {
    }

    // A generic type's own members name its fields by the definition, others by what the type is made of. Static fields are each type's own.
    private FieldAddress(Value? target, ISymbol field, ISymbol key)
        : base(Combine(6, target?.GetHashCode() ?? 0, SymbolEqualityComparer.Default.GetHashCode(key)), target)
    {
        Target = target;
        Field = field;
        _key = key;
    }

    public Value? Target { get; }

    public ISymbol Field { get; }

    /// <summary>What the field held when the method began.</summary>
    public EntryValue Entry => _entry ??= new EntryValue(this);

    /// <summary>The same field, of whatever.</summary>
    public bool IsSameField(FieldAddress other) => SymbolEqualityComparer.Default.Equals(_key, other._key);

    protected override bool IsSame(Value other) => other is FieldAddress address && IsSameField(address) && Equals(Target, address.Target);

    public override string ToString() =>
        Target is null ? "&" + Field.ContainingType?.Name + "." + Field.Name : "&" + Target.ToString().TrimStart('&') + "." + Field.Name;
}
