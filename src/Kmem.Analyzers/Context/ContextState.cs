using System.Collections.Immutable;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>The sections that are open at a point of a path, and what a caller would want to know of the way here.</summary>
internal sealed record ContextState : DomainState
{
    /// <summary>How many different ways of sleeping are told to callers.</summary>
    public const int MaxSleeps = 4;

    /// <summary>How many sections are counted; a loop that enters without leaving ends here.</summary>
    private const int MaxOpen = 8;

    public static readonly ContextState Nothing = new();

    /// <summary>Open sections, the innermost last.</summary>
    public ImmutableArray<OpenSection> Open { get; init; } = ImmutableArray<OpenSection>.Empty;

    /// <summary>Sections that were left but not entered here: the caller's.</summary>
    public ImmutableArray<SectionKey> Left { get; init; } = ImmutableArray<SectionKey>.Empty;

    /// <summary>Sections that were entered here and left again.</summary>
    public ImmutableArray<SectionKey> Closed { get; init; } = ImmutableArray<SectionKey>.Empty;

    /// <summary>References into per-CPU sections that were left.</summary>
    public ImmutableArray<StaleHandle> Stale { get; init; } = ImmutableArray<StaleHandle>.Empty;

    public ImmutableArray<SleepEffect> Sleeps { get; init; } = ImmutableArray<SleepEffect>.Empty;

    /// <summary>The lock that is being taken where this state is told to callers; null elsewhere.</summary>
    public TakenLock? Taking { get; init; }

    /// <summary>What is needed of callers where this state is told to them; null elsewhere.</summary>
    public NeedEffect? Needing { get; init; }

    /// <summary>A test said that the code is inside of none of these sections; null: there was no such test.</summary>
    public TestedSections? NotInside { get; init; }

    /// <summary>A test said that the code is atomic.</summary>
    public bool IsFoundAtomic { get; init; }

    /// <summary>The code runs where it may sleep: its contract says so, or it has slept.</summary>
    public bool IsProcess { get; init; }

    /// <summary>Behind the first await: what happens here, a caller that does not await never sees.</summary>
    public bool IsDetached { get; init; }

    /// <summary>Paths on which different sections were open have met: which are open is not known any more.</summary>
    public bool IsBlurred { get; init; }

    /// <summary>The innermost reason why the code may not sleep; null if there is none.</summary>
    public OpenSection? Reason
    {
        get
        {
            for (var i = Open.Length - 1; i >= 0; i--)
            {
                if (!Open[i].IsMapping && !Open[i].IsDoubted)
                    return Open[i];
            }

            return null;
        }
    }

    /// <summary>The thread stays on its CPU here.</summary>
    public bool IsAtomic => Open.Any(open => open.IsAtomic);

    public ContextState Enter(OpenSection section) =>
        Open.Length < MaxOpen ? this with { Open = Open.Add(section) } : this with { IsBlurred = true };

    /// <summary>Leaves the innermost section of a kind; where none is open, it is the caller's that is left.</summary>
    /// <param name="site">The call that leaves it.</param>
    public ContextState Leave(string kind, Value? key, SyntaxNode? site = null)
    {
        var index = FindLeft(kind, key);
        if (index < 0)
            return this with { Left = Add(Left, new SectionKey(kind, key)) };

        var section = Open[index].Identity;
        var rest = this with { Open = Open.RemoveAt(index), Stale = StaleWith(Open[index], site) };
        if (Open[index].Site is null)
            return rest with { Left = Add(Left, section) };

        return Left.Contains(section) ? rest : rest with { Closed = Add(Closed, section) };
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
        return key is not null && SectionKey.IsUncertain(key) ? Open.ToList().FindLastIndex(open => open.Kind == kind) : -1;
    }

    /// <summary>A test said that the code is not atomic; null where the body has itself entered what the test would have seen.</summary>
    public ContextState? FindNotInside(TestedSections tested) => Open.Any(open => open is { Site: not null, IsAtomic: true } && tested.Sees(open.Kind))
        ? null
        : this with { NotInside = tested.And(NotInside), Open = Open.Select(open => open with { IsDoubted = true }).ToImmutableArray() };

    public ContextState AddSleep(SleepEffect sleep) =>
        IsDetached || NotInside is not null || Sleeps.Length >= MaxSleeps || Sleeps.Contains(sleep) ? this : this with { Sleeps = Sleeps.Add(sleep) };

    /// <summary>Whether a section was entered or left by what a value names.</summary>
    public bool Mentions(Value value)
    {
        foreach (var open in Open)
        {
            if (open.Mentions(value))
                return true;
        }

        foreach (var stale in Stale)
        {
            if (stale.Handle.Mentions(value))
                return true;
        }

        return Mention(Left, value) || Mention(Closed, value);
    }

    /// <summary>An expression is evaluated again: what belongs to its earlier value is told apart from what comes now.</summary>
    public ContextState Age(SiteValue site) => Mentions(site) ? AgeAll(site) : this;

    public override DomainState Join(DomainState other)
    {
        var second = (ContextState)other;
        return new ContextState
        {
            Open = Open.Where(second.Open.Contains).ToImmutableArray(),
            Left = Left.Where(second.Left.Contains).ToImmutableArray(),
            Closed = Closed.Where(second.Closed.Contains).ToImmutableArray(),
            Sleeps = Sleeps.Where(second.Sleeps.Contains).ToImmutableArray(),
            Stale = Stale.Where(second.Stale.Contains).ToImmutableArray(),
            NotInside = NotInside ?? second.NotInside,
            IsFoundAtomic = IsFoundAtomic || second.IsFoundAtomic,
            IsProcess = IsProcess && second.IsProcess,
            IsDetached = IsDetached || second.IsDetached,
            IsBlurred = IsBlurred || second.IsBlurred || !Open.SequenceEqual(second.Open) || !Left.SequenceEqual(second.Left),
        };
    }

    public bool Equals(ContextState? other) =>
        other is not null && Equals(NotInside, other.NotInside) && IsDetached == other.IsDetached && IsBlurred == other.IsBlurred
        && IsFoundAtomic == other.IsFoundAtomic && IsProcess == other.IsProcess && Stale.SequenceEqual(other.Stale)
        && Equals(Taking, other.Taking) && Equals(Needing, other.Needing) && Open.SequenceEqual(other.Open) && Left.SequenceEqual(other.Left) && Closed.SequenceEqual(other.Closed)
        && Sleeps.SequenceEqual(other.Sleeps);

    public override int GetHashCode() =>
        Open.Aggregate(Left.Length + (Sleeps.Length * 8) + (Closed.Length * 64), (hash, open) => (hash * 31) + open.GetHashCode());

    private ImmutableArray<StaleHandle> StaleWith(OpenSection section, SyntaxNode? site) => section is { IsPerCpu: true, Handle: { } handle } && site is not null && Stale.Length < MaxOpen
        ? Stale.Add(new StaleHandle(handle, section.Name, site))
        : Stale;

    private ContextState AgeAll(SiteValue site) => this with
    {
        Open = Open.Select(open => open.Age(site)).ToImmutableArray(),
        Left = Left.Select(left => left.Age(site)).ToImmutableArray(),
        Closed = Closed.Select(closed => closed.Age(site)).ToImmutableArray(),
        Stale = Stale.Select(stale => stale with { Handle = SectionKey.Age(stale.Handle, site) }).ToImmutableArray(),
    };

    private static bool Mention(ImmutableArray<SectionKey> sections, Value value)
    {
        foreach (var section in sections)
        {
            if (section.Key?.Mentions(value) == true)
                return true;
        }

        return false;
    }

    private static ImmutableArray<SectionKey> Add(ImmutableArray<SectionKey> keys, SectionKey added) =>
        keys.Length < MaxOpen && !keys.Contains(added) ? keys.Add(added) : keys;
}
