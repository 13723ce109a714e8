using System.Collections.Immutable;
using System.Linq;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Lifetime;

/// <summary>The memory that is known at a point of a path, and what was done with memory that came from outside.</summary>
internal sealed record LifetimeState(
    SmallMap<Value, Memory> Objects,
    ImmutableArray<Value> Dereferenced,
    ImmutableArray<ReleaseEffect> Released) : DomainState
{
    private const int MaxEffects = 16;

    /// <summary>What is asked of values that came from the caller.</summary>
    public ImmutableArray<Demand> Demands { get; init; } = ImmutableArray<Demand>.Empty;

    public static readonly LifetimeState Nothing =
        new(SmallMap<Value, Memory>.Empty, ImmutableArray<Value>.Empty, ImmutableArray<ReleaseEffect>.Empty);

    public LifetimeState With(Value value, Memory memory) => this with { Objects = Objects.Set(value, memory) };

    public LifetimeState AddDereference(Value value) =>
        Dereferenced.Length >= MaxEffects || Dereferenced.Contains(value) ? this : this with { Dereferenced = Dereferenced.Add(value) };

    public LifetimeState AddRelease(ReleaseEffect release) =>
        Released.Length >= MaxEffects || Released.Contains(release) ? this : this with { Released = Released.Add(release) };

    public LifetimeState AddDemand(Demand demand) =>
        Demands.Length >= MaxEffects || Demands.Contains(demand) ? this : this with { Demands = Demands.Add(demand) };

    public override DomainState Join(DomainState other)
    {
        var second = (LifetimeState)other;
        return new LifetimeState(
            Objects.Intersect(second.Objects),
            Dereferenced.Where(second.Dereferenced.Contains).ToImmutableArray(),
            Released.Where(second.Released.Contains).ToImmutableArray())
        {
            Demands = Demands.Where(second.Demands.Contains).ToImmutableArray(),
        };
    }

    public bool Equals(LifetimeState? other) =>
        other is not null && Objects.Equals(other.Objects)
        && Dereferenced.SequenceEqual(other.Dereferenced) && Released.SequenceEqual(other.Released)
        && Demands.SequenceEqual(other.Demands);

    public override int GetHashCode() => Objects.GetHashCode() + Dereferenced.Length + (Released.Length * 16);
}

/// <summary>A value from outside is released by a function of these families.</summary>
internal sealed record ReleaseEffect(Value Value, ReleaseContract Contract, string Function)
{
    public bool Equals(ReleaseEffect? other) =>
        other is not null && Value.Equals(other.Value) && Function == other.Function && Contract.Families.SequenceEqual(other.Contract.Families);

    public override int GetHashCode() => Value.GetHashCode();
}
