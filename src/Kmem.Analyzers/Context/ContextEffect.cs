using System.Collections.Immutable;
using System.Linq;
using Kmem.Analyzers.Flow.Summaries;

namespace Kmem.Analyzers.Context;

/// <summary>What a call does to its caller's context: how it may sleep, and which sections it leaves open or closes.</summary>
internal sealed record ContextEffect(
    ImmutableArray<SleepEffect> Sleeps, ImmutableArray<OpenSection> Enters, ImmutableArray<LeftSection> Leaves) : DomainEffect
{
    public override bool IsNothing => Sleeps.IsEmpty && Enters.IsEmpty && Leaves.IsEmpty;

    public bool Equals(ContextEffect? other) =>
        other is not null && Sleeps.SequenceEqual(other.Sleeps) && Enters.SequenceEqual(other.Enters) && Leaves.SequenceEqual(other.Leaves);

    public override int GetHashCode() => Sleeps.Length + (Enters.Length * 16) + (Leaves.Length * 256);
}
