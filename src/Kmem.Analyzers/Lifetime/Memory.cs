using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>What is known of one piece of memory (or of a pointer that may be null): where it came from and where it is kept.</summary>
/// <param name="Site">The call, in the method being analysed, that gave it.</param>
/// <param name="Origin">The method that was called there.</param>
internal sealed record Memory(SyntaxNode Site, IMethodSymbol Origin)
{
    /// <summary>The family it must be released to; empty: not known, or no memory to be released.</summary>
    public string Family { get; init; } = "";

    /// <summary>Nothing but a call releases it, and it came from a function of .NET: in the code around it, errors are exceptions.</summary>
    public bool IsOfPlatform { get; init; }

    /// <summary>What a failed allocation gives; 0: null.</summary>
    public long FailureValue { get; init; }

    /// <summary>The text of the place that it was stored to first; empty: none.</summary>
    public string Holder { get; init; } = "";

    /// <summary>How the holder's type writes the failure value.</summary>
    public string FailureLiteral { get; init; } = "null";

    /// <summary>Code that is not known may have checked it: nothing is said of a missing check any more.</summary>
    public bool IsDoubtful { get; init; }

    /// <summary>Who has to release it.</summary>
    public Custody Custody { get; init; }

    /// <summary>Other memory of this body's, in a field of which it is kept; null: it is not.</summary>
    public Value? Keeper { get; init; }

    /// <summary>The memory it was kept in is released, with the pointer to it.</summary>
    public bool IsBuried { get; init; }

    /// <summary>This is an array of the body's own, with such memory in its elements.</summary>
    public bool IsContents { get; init; }

    /// <summary>The order of pages it was allocated with; null: not known, or no pages.</summary>
    public Value? Order { get; init; }

    /// <summary>How the order and the pool are written at the allocation; null: they are not known here, or there are none.</summary>
    public string? OrderText { get; init; }

    public string? PoolText { get; init; }

    /// <summary>The pool or cache it was taken from; null: not known, or none.</summary>
    public Value? Pool { get; init; }

    /// <summary>What the call gave beside it to say how it went; null: nothing that is a status.</summary>
    public Value? Status { get; init; }

    /// <summary>The memory that was to be resized and, where that failed, still lives; null: this is no resized memory.</summary>
    public Value? ResizedFrom { get; init; }

    /// <summary>The calls inside the origin down to the allocation.</summary>
    public ImmutableArray<SyntaxNode> Way { get; init; } = ImmutableArray<SyntaxNode>.Empty;

    /// <summary>The allocator that was called in the end, and its call: what a release has to match.</summary>
    public IMethodSymbol Allocator { get; init; } = Origin;

    public static Memory Of(AllocationContract contract, SyntaxNode site, IMethodSymbol origin) =>
        new(site, origin) { Family = contract.Family, FailureValue = contract.FailureValue };

    /// <summary>What holds of it on both of two paths; null where they know different memory.</summary>
    public static Memory? Join(Memory first, Memory second)
    {
        if (first.Equals(second))
            return first;

        var left = first with { Custody = Custody.None, Keeper = null, IsDoubtful = first.IsDoubtful || second.IsDoubtful };
        return left.Equals(second with { Custody = Custody.None, Keeper = null, IsDoubtful = left.IsDoubtful }) ? left : null;
    }

    // The way is told, but makes no difference: recursion would make ever longer ones.
    public bool Equals(Memory? other) =>
        other is not null && ReferenceEquals(Site, other.Site) && Family == other.Family && FailureValue == other.FailureValue
        && Holder == other.Holder && IsDoubtful == other.IsDoubtful && Custody == other.Custody && Equals(Keeper, other.Keeper) && IsBuried == other.IsBuried && IsContents == other.IsContents
        && Equals(Status, other.Status) && Equals(Order, other.Order) && Equals(Pool, other.Pool) && Equals(ResizedFrom, other.ResizedFrom);

    public override int GetHashCode() => Site.GetHashCode() ^ Family.GetHashCode() ^ Holder.GetHashCode() ^ (int)Custody;
}

/// <summary>Who has to release memory.</summary>
internal enum Custody
{
    /// <summary>Somebody else, or nobody knows who.</summary>
    None,

    /// <summary>This body, and only it can.</summary>
    Own,

    /// <summary>Whoever calls this body: it is what that gives back.</summary>
    Returned,

    /// <summary>Whoever reads the place that it was stored to.</summary>
    Stored,
}
