using System.Collections.Immutable;
using Kmem.Analyzers.Flow.Summaries;

namespace Kmem.Analyzers.Context;

/// <summary>What a call does to its caller's context: how it may sleep, and which sections it leaves open or closes.</summary>
/// <param name="Takes">A lock that it takes on the way, though it may drop it again.</param>
/// <param name="Needs">What it needs of its caller on the way.</param>
/// <param name="NotInside">It ends this way only where the code is inside of none of these sections; null: wherever it is.</param>
internal sealed record ContextEffect(
    ImmutableArray<SleepEffect> Sleeps, ImmutableArray<OpenSection> Enters, ImmutableArray<SectionKey> Leaves, TakenLock? Takes, NeedEffect? Needs, TestedSections? NotInside) : DomainEffect
{
    /// <summary>The caller is in other sections after the call than before.</summary>
    public bool MovesSections => !Enters.IsEmpty || !Leaves.IsEmpty;

    /// <summary>A loop enters several sections of one kind; how many rounds it goes is not known.</summary>
    public bool GathersSections => Enters.Length > 1 && Enters.GroupBy(entered => (entered.Site, entered.Kind)).Any(gathered => gathered.Skip(1).Any());

    public override bool Covers(DomainEffect other) => other is ContextEffect { Takes: null, Needs: null } effect && effect.Sleeps.All(Sleeps.Contains);

    public bool Equals(ContextEffect? other) =>
        other is not null && Equals(NotInside, other.NotInside) && Equals(Takes, other.Takes) && Equals(Needs, other.Needs)
        && Sleeps.SequenceEqual(other.Sleeps) && Enters.SequenceEqual(other.Enters) && Leaves.SequenceEqual(other.Leaves);

    public override int GetHashCode() => Sleeps.Length + (Enters.Length * 16) + (Leaves.Length * 256) + (Takes is null ? 0 : 4096) + (Needs is null ? 0 : 8192);
}
