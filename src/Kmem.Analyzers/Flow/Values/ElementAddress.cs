namespace Kmem.Analyzers.Flow.Values;

/// <summary>The address of an element behind a pointer or in an array.</summary>
internal sealed class ElementAddress : Value
{
    public ElementAddress(Value target, Value index)
        : base(Combine(7, target.GetHashCode(), index.GetHashCode()), target, index)
    {
        Target = target;
        Index = index;
    }

    public Value Target { get; }

    public Value Index { get; }

    protected override bool IsSame(Value other) =>
        other is ElementAddress address && Target.Equals(address.Target) && Index.Equals(address.Index);

    public override string ToString() => Target + "[" + Index + "]";
}
