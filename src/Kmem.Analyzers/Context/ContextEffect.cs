using System.Collections.Immutable;
using System.Linq;
using Kmem.Analyzers.Flow.Summaries;

namespace Kmem.Analyzers.Context;

/// <summary>What a call does to its caller's context: how it may sleep, and which sections it leaves open or closes.</summary>
/// <param name="IsFoundNotAtomic">It ends this way only where the code is not atomic.</param>
internal sealed record ContextEffect(
    ImmutableArray<SleepEffect> Sleeps, ImmutableArray<OpenSection> Enters, ImmutableArray<LeftSection> Leaves, bool IsFoundNotAtomic) : DomainEffect
{
    public override bool IsNothing => Sleeps.IsEmpty && Enters.IsEmpty && Leaves.IsEmpty && !IsFoundNotAtomic;

    public override bool Covers(DomainEffect other) => ((ContextEffect)other).Sleeps.All(Sleeps.Contains);

    public bool Equals(ContextEffect? other) =>
        other is not null && IsFoundNotAtomic == other.IsFoundNotAtomic && Sleeps.SequenceEqual(other.Sleeps) && Enters.SequenceEqual(other.Enters) && Leaves.SequenceEqual(other.Leaves);

    public override int GetHashCode() => Sleeps.Length + (Enters.Length * 16) + (Leaves.Length * 256);
}
