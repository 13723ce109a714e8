using System.Collections.Immutable;

namespace Kmem.Analyzers.Context;

/// <summary>The sections that a test of the context sees: <c>in_interrupt()</c> does not see a spinlock.</summary>
/// <param name="Kinds">Their names, as in <see cref="OpenSection.Kind"/>; empty: it sees all of them.</param>
internal sealed record TestedSections(ImmutableArray<string> Kinds)
{
    public bool Sees(string kind) => Kinds.IsEmpty || Kinds.Contains(kind);

    /// <summary>What two tests see.</summary>
    public TestedSections And(TestedSections? other) =>
        other is null || Kinds.IsEmpty ? this : other.Kinds.IsEmpty ? other : new TestedSections(Kinds.Union(other.Kinds).OrderBy(kind => kind, StringComparer.Ordinal).ToImmutableArray());

    public bool Equals(TestedSections? other) => other is not null && Kinds.SequenceEqual(other.Kinds);

    public override int GetHashCode() => Kinds.Length;
}
