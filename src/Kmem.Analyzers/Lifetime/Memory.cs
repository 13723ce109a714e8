using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>What is known of one piece of memory (or of a pointer that may be null): where it came from and where it is kept.</summary>
/// <param name="Site">The call, in the method being analysed, that gave it.</param>
/// <param name="Origin">The method that was called there.</param>
internal sealed record Memory(SyntaxNode Site, IMethodSymbol Origin)
{
    /// <summary>The family it must be released to; empty: not known, or no memory to be released.</summary>
    public string Family { get; init; } = "";

    /// <summary>What a failed allocation gives; 0: null.</summary>
    public long FailureValue { get; init; }

    /// <summary>The text of the place that it was stored to first; empty: none.</summary>
    public string Holder { get; init; } = "";

    /// <summary>How the holder's type writes the failure value.</summary>
    public string FailureLiteral { get; init; } = "null";

    /// <summary>Code that is not known may have checked it: nothing is said of a missing check any more.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>The calls inside the origin down to the allocation.</summary>
    public ImmutableArray<SyntaxNode> Way { get; init; } = ImmutableArray<SyntaxNode>.Empty;

    /// <summary>The allocator that was called in the end, and its call: what a release has to match.</summary>
    public IMethodSymbol Allocator { get; init; } = Origin;

    public static Memory Of(AllocationContract contract, SyntaxNode site, IMethodSymbol origin) =>
        new(site, origin) { Family = contract.Family, FailureValue = contract.FailureValue };

    // The way is told, but makes no difference: recursion would make ever longer ones.
    public bool Equals(Memory? other) =>
        other is not null && ReferenceEquals(Site, other.Site) && Family == other.Family && FailureValue == other.FailureValue
        && Holder == other.Holder && IsDoubtful == other.IsDoubtful;

    public override int GetHashCode() => Site.GetHashCode() ^ Family.GetHashCode() ^ Holder.GetHashCode();
}
