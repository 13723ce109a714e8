namespace Kmem.Analyzers.Flow.Values;

/// <summary>A place that the compiler made to carry a value from block to block.</summary>
internal sealed class CaptureAddress : Value
{
    public CaptureAddress(int id)
        : base(Combine(5, id)) => Id = id;

    public int Id { get; }

    protected override bool IsSame(Value other) => other is CaptureAddress address && Id == address.Id;

    public override string ToString() => "&capture" + Id;
}
