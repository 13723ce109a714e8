using System.Collections.Immutable;
using System.Linq;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>The sections that are open at a point of a path, and what a caller would want to know of the way here.</summary>
internal sealed record ContextState : DomainState
{
    /// <summary>How many different ways of sleeping are told to callers.</summary>
    private const int MaxSleeps = 4;

    /// <summary>How many sections are counted; a loop that enters without leaving ends here.</summary>
    private const int MaxOpen = 8;

    public static readonly ContextState Nothing = new();

    /// <summary>Open sections, the innermost last.</summary>
    public ImmutableArray<OpenSection> Open { get; init; } = ImmutableArray<OpenSection>.Empty;

    /// <summary>Sections that were left but not entered here.</summary>
    public ImmutableArray<LeftSection> Left { get; init; } = ImmutableArray<LeftSection>.Empty;

    public ImmutableArray<SleepEffect> Sleeps { get; init; } = ImmutableArray<SleepEffect>.Empty;

    /// <summary>A test said that the caller is not atomic: sleeping where nothing is open here is nothing to it.</summary>
    public bool IsFoundNotAtomic { get; init; }

    /// <summary>Behind the first await: what happens here, a caller that does not await never sees.</summary>
    public bool IsDetached { get; init; }

    /// <summary>The body has itself entered a section that is open.</summary>
    public bool HasEntered => Open.Any(open => open.Site is not null);

    /// <summary>The innermost reason why the code may not sleep; null if there is none.</summary>
    public OpenSection? Reason => Open.IsEmpty ? null : Open[Open.Length - 1];

    public ContextState Enter(OpenSection section) => Open.Length < MaxOpen ? this with { Open = Open.Add(section) } : this;

    /// <summary>Leaves the innermost section of a kind; where none is open, it is the caller's that is left.</summary>
    public ContextState Leave(string kind, Value? key)
    {
        var index = FindLeft(kind, key);
        if (index >= 0)
            return this with { Open = Open.RemoveAt(index) };

        var left = new LeftSection(kind, key);
        return Left.Length < MaxOpen && !Left.Contains(left) ? this with { Left = Left.Add(left) } : this;
    }

    /// <summary>The open section that leaving one of this kind and key leaves, or -1.</summary>
    public int FindLeft(string kind, Value? key)
    {
        for (var i = Open.Length - 1; i >= 0; i--)
        {
            if (Open[i].IsLeftBy(kind, key))
                return i;
        }

        // A lock reached by a name that is not understood may be any of that kind: better none held than one too many.
        return key is not null && IsUncertain(key) ? Open.ToList().FindLastIndex(open => open.Kind == kind) : -1;
    }

    /// <summary>A test said that nothing is open: what the body's contract said does not hold on this path.</summary>
    public ContextState FindNotAtomic() => this with { IsFoundNotAtomic = true, Open = ImmutableArray<OpenSection>.Empty };

    public ContextState AddSleep(SleepEffect sleep) =>
        IsDetached || IsFoundNotAtomic || Sleeps.Length >= MaxSleeps || Sleeps.Contains(sleep) ? this : this with { Sleeps = Sleeps.Add(sleep) };

    public override DomainState Join(DomainState other)
    {
        var second = (ContextState)other;
        return new ContextState
        {
            Open = Open.Where(second.Open.Contains).ToImmutableArray(),
            Left = Left.Where(second.Left.Contains).ToImmutableArray(),
            Sleeps = Sleeps.Where(second.Sleeps.Contains).ToImmutableArray(),
            IsFoundNotAtomic = IsFoundNotAtomic || second.IsFoundNotAtomic,
            IsDetached = IsDetached || second.IsDetached,
        };
    }

    public bool Equals(ContextState? other) =>
        other is not null && IsFoundNotAtomic == other.IsFoundNotAtomic && IsDetached == other.IsDetached
        && Open.SequenceEqual(other.Open) && Left.SequenceEqual(other.Left) && Sleeps.SequenceEqual(other.Sleeps);

    public override int GetHashCode() =>
        Open.Aggregate(Left.Length + (Sleeps.Length * 8), (hash, open) => (hash * 31) + open.GetHashCode());

    private static bool IsUncertain(Value key) => key is SiteValue || key.Parts.Any(IsUncertain);
}
