using System.Collections.Immutable;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Lifetime;

/// <summary>What a call does with memory: what it hands out, follows without a check, and releases.</summary>
internal sealed record LifetimeEffect(
    ValueMap<Memory> Allocated,
    ImmutableArray<Value> Dereferenced,
    ImmutableArray<ReleaseEffect> Released) : DomainEffect
{
    /// <summary>What the callee asks of values that it hands on.</summary>
    public ImmutableArray<Demand> Demands { get; init; } = ImmutableArray<Demand>.Empty;

    /// <summary>What the callee asks of values that are its own, on whatever path.</summary>
    public ImmutableArray<ConditionalDemand> OwnDemands { get; init; } = ImmutableArray<ConditionalDemand>.Empty;

    /// <summary>What is known of new memory that the callee returns; null: it is not new, or none.</summary>
    public ReturnedMemory? Returned { get; init; }

    /// <summary>What the callee stores or hands on somewhere, on whatever path.</summary>
    public ImmutableArray<Value> Kept { get; init; } = ImmutableArray<Value>.Empty;

    /// <summary>What the callee reads, writes or hands on somewhere, on whatever path.</summary>
    public ImmutableArray<Value> Used { get; init; } = ImmutableArray<Value>.Empty;

    /// <summary>Whether the callee releases what a value of its own names.</summary>
    public bool Releases(Value value)
    {
        foreach (var release in Released)
        {
            if (release.Value.Equals(value))
                return true;
        }

        return false;
    }

    public override bool Covers(DomainEffect other)
    {
        var covered = (LifetimeEffect)other;
        return ContainsAll(Dereferenced, covered.Dereferenced) && ContainsAll(Released, covered.Released) && ContainsAll(Demands, covered.Demands);
    }

    public bool Equals(LifetimeEffect? other) =>
        other is not null && Allocated.Equals(other.Allocated)
        && Dereferenced.SequenceEqual(other.Dereferenced) && Released.SequenceEqual(other.Released)
        && Demands.SequenceEqual(other.Demands) && OwnDemands.SequenceEqual(other.OwnDemands) && Equals(Returned, other.Returned) && Kept.SequenceEqual(other.Kept) && Used.SequenceEqual(other.Used);

    public override int GetHashCode() => Allocated.GetHashCode() + Dereferenced.Length + (Released.Length * 16);

    private static bool ContainsAll<T>(ImmutableArray<T> all, ImmutableArray<T> some)
    {
        foreach (var each in some)
        {
            if (!all.Contains(each))
                return false;
        }

        return true;
    }
}
