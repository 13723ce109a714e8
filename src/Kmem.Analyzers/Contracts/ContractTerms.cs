using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>Which results of a call an effect belongs to; names as in Kmem.Annotations.</summary>
internal enum Outcome
{
    Always,
    True,
    False,
    Null,
    NonNull,
    Zero,
    NonZero,
    Negative,
    NonNegative,
}

/// <summary>What makes a body atomic; names as in Kmem.Annotations.</summary>
internal enum AtomicKind
{
    Unspecified,
    PreemptionDisabled,
    SoftIrq,
    HardIrq,
}

internal enum BodyKind
{
    Unspecified,
    Process,
    Atomic,
}

/// <summary>The context a body runs in: said by its contract, or by that of the delegate it is converted to.</summary>
/// <param name="Kind">Whether it may sleep at all.</param>
/// <param name="Atomic">For atomic bodies: what makes them so.</param>
/// <param name="HeldLocks">Spinlocks that the caller holds, as paths in the method's scope; an empty name stands for any lock.</param>
internal sealed record BodyContract(BodyKind Kind, AtomicKind Atomic, ImmutableArray<string> HeldLocks)
{
    public static readonly BodyContract Unspecified = new(BodyKind.Unspecified, AtomicKind.Unspecified, ImmutableArray<string>.Empty);

    /// <summary>The delegate that the body is converted to says that it never sleeps.</summary>
    public bool PromisesNotToSleep { get; init; }

    /// <summary>Allocations in the body must not start block I/O.</summary>
    public bool NoIo { get; init; }

    /// <summary>Allocations in the body must not enter a file system.</summary>
    public bool NoFs { get; init; }

    public bool IsAtomic => Kind == BodyKind.Atomic || !HeldLocks.IsEmpty;

    /// <summary>It says where the body runs.</summary>
    public bool SaysWhere => Kind != BodyKind.Unspecified || !HeldLocks.IsEmpty;

    /// <summary>It says whether the body may sleep.</summary>
    public bool IsSpecified => SaysWhere || PromisesNotToSleep;

    /// <summary>It says anything at all.</summary>
    public bool SaysAnything => IsSpecified || NoIo || NoFs;
}

internal enum SleepContract
{
    Unspecified,
    Never,
    Might,

    /// <summary>Exactly if the flags argument contains <c>__GFP_WAIT</c>.</summary>
    ByFlags,
}

/// <summary>A section that a call enters or leaves.</summary>
/// <param name="Parameter">The ordinal of the argument that the section belongs to; -1: it belongs to none.</param>
internal sealed record SectionEffect(bool Enters, string Section, int Parameter);

/// <summary>A spinlock that a call takes or drops.</summary>
/// <param name="Parameter">The ordinal of the argument that is the lock; -1: <paramref name="Path"/> names it.</param>
/// <param name="Path">A path in the callee's scope; empty: <c>this</c>.</param>
internal sealed record LockEffect(bool Acquires, int Parameter, string Path, Outcome When);

/// <summary>Memory that a call hands to its caller.</summary>
/// <param name="FailureValue">What a failed call gives; 0: null.</param>
internal sealed record AllocationContract(string Family, bool NeverNull, long FailureValue, bool NeverNullIfSleeping, bool Zeroed);

/// <summary>A call writes memory from end to end.</summary>
/// <param name="Size">The name of the parameter that says how much.</param>
/// <param name="Value">The name of the parameter that says with what; empty: with zeros.</param>
internal sealed record FillContract(string Size, string Value);

/// <summary>A call copies memory from end to end.</summary>
/// <param name="Source">The name of the parameter that says from where.</param>
/// <param name="Size">The name of the parameter that says how much.</param>
internal sealed record CopyContract(string Source, string Size);

/// <summary>Memory that a call takes back.</summary>
internal sealed record ReleaseContract(ImmutableArray<string> Families, Outcome When)
{
    public bool Accepts(string family) => Families.IsEmpty || Families.Contains(family);
}
