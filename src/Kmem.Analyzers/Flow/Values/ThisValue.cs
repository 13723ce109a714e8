namespace Kmem.Analyzers.Flow.Values;

/// <summary>The object that a member was called on, or the address of the struct.</summary>
internal sealed class ThisValue : Value
{
    public static readonly ThisValue Instance = new();

    private ThisValue()
        : base(3)
    {
    }

    protected override bool IsSame(Value other) => other is ThisValue;

    public override string ToString() => "this";
}
