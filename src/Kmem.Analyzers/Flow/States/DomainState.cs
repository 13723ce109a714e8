namespace Kmem.Analyzers.Flow.States;

/// <summary>What one analysis knows at a point of a path: immutable, compared by content.</summary>
internal abstract record DomainState
{
    /// <summary>What holds on both paths, or could on either where that reports less.</summary>
    public abstract DomainState Join(DomainState other);
}
