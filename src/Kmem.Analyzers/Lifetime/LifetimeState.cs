using System.Collections.Immutable;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Lifetime;

/// <summary>The memory that is known at a point of a path, and what was done with memory that came from outside.</summary>
internal sealed record LifetimeState(
    ValueMap<Memory> Objects,
    ImmutableArray<Value> Dereferenced,
    ImmutableArray<ReleaseEffect> Released) : DomainState
{
    private const int MaxEffects = 16;

    /// <summary>Memory that may no longer be released or used, by its address.</summary>
    public ValueMap<Ending> Endings { get; init; } = ValueMap<Ending>.Empty;

    /// <summary>What is asked of values that came from the caller.</summary>
    public ImmutableArray<Demand> Demands { get; init; } = ImmutableArray<Demand>.Empty;

    /// <summary>What the caller passed and this path has stored or handed on, where what the body returns can say so.</summary>
    public ImmutableArray<Value> Kept { get; init; } = ImmutableArray<Value>.Empty;

    public static readonly LifetimeState Nothing =
        new(ValueMap<Memory>.Empty, ImmutableArray<Value>.Empty, ImmutableArray<ReleaseEffect>.Empty);

    /// <summary>Whether a value is what a release or an allocation gave back to say how it went.</summary>
    public bool IsStatus(SiteValue value)
    {
        foreach (var entry in Endings)
        {
            if (ReferenceEquals(entry.Value.Site, value.Syntax) && entry.Value.FailureSigns != Signs.None)
                return true;
        }

        foreach (var entry in Objects)
        {
            if (value.Equals(entry.Value.Status))
                return true;
        }

        return false;
    }

    /// <summary>Whether a value names memory that is followed, or leads to it.</summary>
    public bool Mentions(Value value)
    {
        foreach (var entry in Objects)
        {
            if (entry.Key.Mentions(value))
                return true;
        }

        foreach (var entry in Endings)
        {
            if (entry.Key.Mentions(value))
                return true;
        }

        return false;
    }

    public static LifetimeState Of(PathState state) => (LifetimeState)state.Domain;

    public LifetimeState With(Value value, Memory memory) => this with { Objects = Objects.Set(value, memory) };

    /// <summary>Memory that comes into being: whatever had this name before is something else.</summary>
    public LifetimeState Add(Value value, Memory memory) => this with { Objects = Objects.Set(value, memory), Endings = Endings.Remove(value) };

    public LifetimeState End(Value value, Ending ending) => this with { Endings = Endings.Set(value, ending) };

    /// <summary>Somebody else, or nobody knows who, releases the memory from now on.</summary>
    public LifetimeState GiveUp(Value value) =>
        Objects.Find(value) is { Custody: Custody.Own } memory ? With(value, memory with { Custody = Custody.None, Keeper = null }) : this;

    public LifetimeState AddDereference(Value value) =>
        Dereferenced.Length >= MaxEffects || Dereferenced.Contains(value) ? this : this with { Dereferenced = Dereferenced.Add(value) };

    public LifetimeState AddRelease(ReleaseEffect release) =>
        Released.Length >= MaxEffects || Released.Contains(release) ? this : this with { Released = Released.Add(release) };

    public LifetimeState AddDemand(Demand demand) =>
        Demands.Length >= MaxEffects || Demands.Contains(demand) ? this : this with { Demands = Demands.Add(demand) };

    public LifetimeState AddKept(Value value) => Kept.Contains(value) ? this : this with { Kept = Kept.Add(value) };

    public override DomainState Join(DomainState other)
    {
        var second = (LifetimeState)other;
        return new LifetimeState(
            JoinObjects(second),
            Dereferenced.Where(second.Dereferenced.Contains).ToImmutableArray(),
            Released.Where(second.Released.Contains).ToImmutableArray())
        {
            Endings = Endings.Intersect(second.Endings),
            Demands = Demands.Where(second.Demands.Contains).ToImmutableArray(),
            Kept = Kept.AddRange(second.Kept.Where(value => !Kept.Contains(value))),
        };
    }

    // Memory that ended on one of the paths only is nobody's business any more.
    private ValueMap<Memory> JoinObjects(LifetimeState other)
    {
        var joined = Objects.RemoveWhere(entry => other.Objects.Find(entry.Key) is null);
        foreach (var entry in joined)
        {
            if (Memory.Join(entry.Value, other.Objects.Find(entry.Key)!) is { } memory)
                joined = joined.Set(entry.Key, memory);
            else
                joined = joined.Remove(entry.Key);
        }

        return joined;
    }

    public bool Equals(LifetimeState? other) =>
        other is not null && Objects.Equals(other.Objects) && Endings.Equals(other.Endings)
        && Dereferenced.SequenceEqual(other.Dereferenced) && Released.SequenceEqual(other.Released)
        && Demands.SequenceEqual(other.Demands) && Kept.SequenceEqual(other.Kept);

    public override int GetHashCode() => Objects.GetHashCode() + Endings.GetHashCode() + Dereferenced.Length + (Released.Length * 16);
}
