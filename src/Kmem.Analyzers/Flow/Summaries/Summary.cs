using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Values;

namespace Kmem.Analyzers.Flow.Summaries;

/// <summary>
/// What a call of a source method does, seen from its caller: one case for each outcome that makes a difference. Its values
/// are made of what the method was given; they stand for the caller's once the call is known.
/// </summary>
internal sealed class Summary : IEquatable<Summary>
{
    /// <summary>How many cases are kept apart.</summary>
    public const int MaxCases = 8;

    /// <summary>The method does not return.</summary>
    public static readonly Summary Never = new(ImmutableArray<SummaryCase>.Empty);

    private readonly Dictionary<Value, int> _numbers = new();

    public Summary(ImmutableArray<SummaryCase> cases, bool isIterator = false)
    {
        Cases = cases;
        IsIterator = isIterator;
    }

    /// <summary>A call only makes an iterator; the body runs when that is enumerated.</summary>
    public bool IsIterator { get; }

    /// <summary>The ways it can end; none: it does not return.</summary>
    public ImmutableArray<SummaryCase> Cases { get; }

    /// <summary>A number for a value that the method made itself: its name at every call.</summary>
    public int NumberOf(Value made)
    {
        lock (_numbers)
        {
            if (!_numbers.TryGetValue(made, out var number))
                _numbers.Add(made, number = _numbers.Count);
            return number;
        }
    }

    public bool Equals(Summary? other) =>
        other is not null && Cases.Length == other.Cases.Length && Cases.All(other.Cases.Contains);

    public override bool Equals(object? obj) => Equals(obj as Summary);

    public override int GetHashCode() => Cases.Aggregate(0, (hash, each) => hash ^ each.GetHashCode());
}

/// <summary>One way a method can end.</summary>
/// <param name="Conditions">What must have been true of its arguments.</param>
/// <param name="Result">What it returns; null: nothing is known of it.</param>
/// <param name="ResultFact">What is known of a result that is no term of the arguments.</param>
/// <param name="FreshFacts">What is known of values that the method made itself, and that its result or writes mention.</param>
/// <param name="Writes">Places it wrote, with what they hold now.</param>
/// <param name="Effect">The analysis' own part.</param>
internal sealed record SummaryCase(
    ValueMap<Fact> Conditions,
    Value? Result,
    Fact? ResultFact,
    ValueMap<Fact> FreshFacts,
    ValueMap<Value> Writes,
    DomainEffect Effect)
{
    /// <summary>The method does not come back from this case: it throws, or goes on for ever.</summary>
    public bool Returns { get; init; } = true;
}

/// <summary>What one analysis says of a call; compared by content.</summary>
internal abstract record DomainEffect
{
    /// <summary>Whether this says all of what another effect says that a call does, wherever it ends.</summary>
    public abstract bool Covers(DomainEffect other);
}
