using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>What is promised about one member, from whichever sources said it.</summary>
internal sealed record MethodContract
{
    public static readonly MethodContract Empty = new();

    /// <summary>In which context the body runs.</summary>
    public BodyContract Body { get; init; } = BodyContract.Unspecified;

    /// <summary>Whether a call may sleep.</summary>
    public SleepContract Sleep { get; init; }

    /// <summary>Atomic sections that a call enters or leaves.</summary>
    public ImmutableArray<SectionEffect> Sections { get; init; } = ImmutableArray<SectionEffect>.Empty;

    /// <summary>Spinlocks that a call takes or drops.</summary>
    public ImmutableArray<LockEffect> Locks { get; init; } = ImmutableArray<LockEffect>.Empty;

    /// <summary>The memory that a call returns.</summary>
    public AllocationContract? Allocates { get; init; }

    /// <summary>The returned pointer may be null though it is no allocation (<c>page_address</c>).</summary>
    public bool ReturnsMaybeNull { get; init; }

    /// <summary>The returned value is never null.</summary>
    public bool ReturnsNotNull { get; init; }

    /// <summary>The order of pages that every call allocates or releases; null where an argument says it.</summary>
    public uint? PageOrder { get; init; }

    /// <summary>A result that is not zero says that the caller is in atomic context.</summary>
    public bool TestsAtomic { get; init; }

    /// <summary>The sections of which a result of zero says that the caller is inside of none; empty: of no section at all.</summary>
    public ImmutableArray<string> TestedSections { get; init; } = ImmutableArray<string>.Empty;

    /// <summary>The call makes sense only where preemption is disabled.</summary>
    public bool OnlyInAtomic { get; init; }

    /// <summary>The call makes or ends a mapping of an argument.</summary>
    public bool MovesMappings { get; init; }

    public bool DoesNotReturn { get; init; }

    /// <summary>The flag that counts for nothing behind the call; null: none.</summary>
    public string? MasksFlag { get; init; }

    /// <summary>The flag that counts again behind the call; null: none.</summary>
    public string? UnmasksFlag { get; init; }

    /// <summary>The parameter that tells the outcome of the call in place of the result; -1: the result tells.</summary>
    public int OutcomeParameter { get; init; } = -1;

    public ParameterContract This { get; init; } = ParameterContract.Empty;

    public ImmutableArray<ParameterContract> Parameters { get; init; } = ImmutableArray<ParameterContract>.Empty;

    public bool IsEmpty => ReferenceEquals(this, Empty);

    public bool HasContextEffect => !Sections.IsEmpty || !Locks.IsEmpty || MovesMappings;

    public ParameterContract Parameter(int ordinal) =>
        ordinal >= 0 && ordinal < Parameters.Length ? Parameters[ordinal] : ParameterContract.Empty;

    /// <summary>The ordinal of the first parameter that fulfils a condition, or -1.</summary>
    public int FindParameter(System.Func<ParameterContract, bool> condition)
    {
        for (var i = 0; i < Parameters.Length; i++)
        {
            if (condition(Parameters[i]))
                return i;
        }

        return -1;
    }
}
