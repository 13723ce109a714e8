namespace Kmem.Analyzers.Flow.Values;

/// <summary>The object that a member was called on, or the address of the struct.</summary>
internal sealed class ThisValue : Value
{
    public static readonly ThisValue Instance = new();

    private ThisValue()
        : base(3, 1)
    {
    }

    public override bool Equals(Value? other) => other is ThisValue;

    public override string ToString() => "this";
}
