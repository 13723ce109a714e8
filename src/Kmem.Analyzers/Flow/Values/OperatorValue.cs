namespace Kmem.Analyzers.Flow.Values;

/// <summary>An operator applied to other values.</summary>
internal sealed class OperatorValue : Value
{
    public OperatorValue(Operator kind, Value left, Value? right = null)
        : base(Combine(9 + (int)kind, left.GetHashCode(), right?.GetHashCode() ?? 0), left, right)
    {
        Kind = kind;
        Left = left;
        Right = right;
    }

    public Operator Kind { get; }

    public Value Left { get; }

    public Value? Right { get; }

    protected override bool IsSame(Value other) =>
        other is OperatorValue value && Kind == value.Kind && Left.Equals(value.Left) && Equals(Right, value.Right);

    public override string ToString() => Right is null ? $"{Kind}({Left})" : $"{Kind}({Left}, {Right})";
}
