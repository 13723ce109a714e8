using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>What is promised about one argument of a call.</summary>
internal sealed record ParameterContract
{
    public static readonly ParameterContract Empty = new();

    /// <summary>Allocation flags: the call sleeps if these contain <c>__GFP_WAIT</c>.</summary>
    public bool IsFlags { get; init; }

    /// <summary>The memory that an <c>out</c> or <c>ref</c> argument receives.</summary>
    public AllocationContract? Allocates { get; init; }

    public ReleaseContract? Frees { get; init; }

    /// <summary>The outcome for which the callee takes the argument over; null where it does not.</summary>
    public Outcome? TakesOwnership { get; init; }

    public bool Borrows { get; init; }

    /// <summary>The member that ends the callee's hold of the argument; null where it keeps none.</summary>
    public string? RetainsUntil { get; init; }

    public bool Reallocates { get; init; }

    public bool IsPool { get; init; }

    public bool IsPageOrder { get; init; }

    public uint MaxPageOrder { get; init; } = 10;

    public string? TestsFamily { get; init; }

    public ulong? MaxSize { get; init; }

    public bool IsDirectMapped { get; init; }

    public string? Maps { get; init; }

    public string? Unmaps { get; init; }

    public bool IsInvokedInPlace { get; init; }

    /// <summary>The context in which a delegate that is passed here runs.</summary>
    public BodyContract Callback { get; init; } = BodyContract.Unspecified;

    public bool DisallowsNull { get; init; }

    public bool NotNullOnReturn { get; init; }

    /// <summary>The result for which the argument is known not to be null.</summary>
    public bool? NotNullWhen { get; init; }

    /// <summary>The value of the argument for which the call does not return.</summary>
    public bool? DoesNotReturnIf { get; init; }

    /// <summary>A timeout: where it is the constant zero, the call does not sleep.</summary>
    public bool ZeroTimeoutNeverSleeps { get; init; }

    /// <summary>A lock that several may hold at once: who holds it may take it again.</summary>
    public bool IsSharedLock { get; init; }

    /// <summary>The call gives this argument back.</summary>
    public bool IsReturned { get; init; }

    /// <summary>The parameter whose argument is stored in this place, while the call gives what was there; null: nothing is exchanged.</summary>
    public string? ExchangedWith { get; init; }

    /// <summary>What is stored in this place, and when; null: nothing, or whatever the place held.</summary>
    public ExchangeContract? ConditionalExchange { get; init; }

    /// <summary>What the call gives leads back to this argument's memory: the address of a page, the page of an address.</summary>
    public bool IsDerivedFrom { get; init; }

    /// <summary>What the call gives is said of this argument, and stays so.</summary>
    public bool IsAnswered { get; init; }

    public FillContract? Fills { get; init; }

    public CopyContract? Copies { get; init; }

    /// <summary>What is in the memory goes to somebody who must not see what was there before.</summary>
    public bool Discloses { get; init; }

    /// <summary>Flags, a size, an order or a page: not every value is a right one.</summary>
    public bool SaysWhatMayBePassed => IsFlags || MaxSize is not null || IsPageOrder || IsDirectMapped;

    public bool SaysMemory => Frees is not null || TakesOwnership is not null || Borrows || Reallocates || RetainsUntil is not null || Allocates is not null;
}
