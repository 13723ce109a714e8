using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Lifetime;

/// <summary>A value from outside is released, or taken over.</summary>
/// <param name="Contract">What the function in the end takes back.</param>
/// <param name="Function">That function's name.</param>
/// <param name="Kind">What becomes of the memory.</param>
internal sealed record ReleaseEffect(Value Value, ReleaseContract Contract, string Function, EndingKind Kind)
{
    /// <summary>The order of pages that is released; null: not known, or no pages.</summary>
    public Value? Order { get; init; }

    /// <summary>The pool that it is released to; null: not known, or none.</summary>
    public Value? Pool { get; init; }

    public bool Equals(ReleaseEffect? other) =>
        other is not null && Value.Equals(other.Value) && Function == other.Function && Kind == other.Kind
        && Contract.Families.SequenceEqual(other.Contract.Families) && Equals(Order, other.Order) && Equals(Pool, other.Pool);

    public override int GetHashCode() => Value.GetHashCode();
}
