using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>How the right to use or release a piece of memory ended on a path.</summary>
/// <param name="Kind">What became of it.</param>
/// <param name="Site">The call that ended it.</param>
/// <param name="Function">The name of the function that was called there.</param>
internal sealed record Ending(EndingKind Kind, SyntaxNode Site, string Function)
{
    /// <summary>What the call gives where it could not do it; none: it gives no status.</summary>
    public Signs FailureSigns { get; init; }

    /// <summary>It may not be read or written any more.</summary>
    public bool IsGone => Kind != EndingKind.TakenOver;

    public bool Equals(Ending? other) => other is not null && Kind == other.Kind && ReferenceEquals(Site, other.Site);

    public override int GetHashCode() => Site.GetHashCode() ^ (int)Kind;
}

/// <summary>What became of memory.</summary>
internal enum EndingKind
{
    /// <summary>It was released.</summary>
    Released,

    /// <summary>It was resized: other memory took its place.</summary>
    Resized,

    /// <summary>Somebody else releases it from now on; it may still be used.</summary>
    TakenOver,
}
