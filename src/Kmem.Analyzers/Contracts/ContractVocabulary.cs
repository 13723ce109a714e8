using System.Collections.Immutable;

using static Kmem.Analyzers.Contracts.ContractTargetKind;
using static Kmem.Analyzers.Contracts.ContractValueType;

namespace Kmem.Analyzers.Contracts;

/// <summary>
/// Every word a contract can be written in: the one place that knows them, for attributes and contract files alike.
/// </summary>
internal static class ContractVocabulary
{
    // A word that speaks of a value may speak of `this` too: attributes cannot stand there, contract files can say it.
    private static readonly ImmutableArray<ContractTargetKind> Value = [This, Parameter];
    private static readonly ImmutableArray<ContractTargetKind> MemberOrValue = [Member, This, Parameter];
    private static readonly ImmutableArray<ContractTargetKind> MemberOrParameter = [Member, Parameter];
    private static readonly ImmutableArray<ContractTargetKind> ReturnOrParameter = [Return, Parameter];

    public static readonly ImmutableArray<ContractWord> Words =
    [
        // Where code runs.
        Kmem("AtomicContext", MemberOrParameter).With("kind", AtomicKindMember, optional: true),
        Kmem("HoldsSpinlock", [Member]).With("lockName", Text, optional: true),
        Kmem("ProcessContext", MemberOrParameter),
        Kmem("NoIoContext", [Member]),
        Kmem("NoFsContext", [Member]),

        // What a call does.
        Kmem("MightSleep", [Member]),
        Kmem("NeverSleeps", [Member]),
        Kmem("GfpFlags", [Parameter]),
        Kmem("EntersAtomic", MemberOrValue).With("section", Text),
        Kmem("LeavesAtomic", MemberOrValue).With("section", Text),
        Kmem("AcquiresSpinlock", MemberOrValue).With("lockName", Text, optional: true).WithNamed("When", OutcomeMember),
        Kmem("ReleasesSpinlock", MemberOrValue).With("lockName", Text, optional: true).WithNamed("When", OutcomeMember),
        Kmem("InvokedInPlace", [Parameter]),

        // Memory. On a constructor, the return value is the new object.
        Kmem("Allocates", ReturnOrParameter)
            .With("family", Text)
            .WithNamed("NeverNull", Flag)
            .WithNamed("FailureValue", Number)
            .WithNamed("NeverNullIfSleeping", Flag)
            .WithNamed("Zeroed", Flag),
        Kmem("Frees", Value).With("families", Text, repeated: true).WithNamed("When", OutcomeMember),
        Kmem("TakesOwnership", Value).WithNamed("When", OutcomeMember),
        Kmem("Borrows", Value),
        Kmem("Retains", Value).With("until", Text, optional: true),
        Kmem("Reallocates", Value),
        Kmem("Pool", Value),
        Kmem("PageOrder", MemberOrParameter).With("order", Number, optional: true).WithNamed("Max", Number),
        Kmem("TestsFamily", Value).With("family", Text),
        Kmem("AllocationSize", [Parameter]).WithNamed("Max", Number),
        Kmem("DirectMapped", Value),
        Kmem("Maps", Value).With("kind", Text),
        Kmem("Unmaps", Value).With("kind", Text),
        Kmem("StackBudget", [Member]).With("bytes", Number),

        // Null, in the words every C# compiler knows.
        Standard("MaybeNull", ReturnOrParameter),
        Standard("NotNull", ReturnOrParameter),
        Standard("NotNullWhen", [Parameter]).With("returnValue", Flag),
        Standard("DisallowNull", [Parameter]),
        Standard("DoesNotReturn", [Member]),
        Standard("DoesNotReturnIf", [Parameter]).With("parameterValue", Flag),

        // Only in contract files.
        // TestsAtomic: a result that is true, or not zero, says that the calling code is atomic now; false, that it is inside of none
        // of these sections (`spinlock` for any lock), or of none at all where none is named.
        FileOnly("TestsAtomic", [Member]).With("sections", Text, optional: true, repeated: true),
        // Outcome: this ref or out bool is what `When` speaks of, in place of the return value; with an argument, its only value
        // where the call returns at all: SpinLock.Enter leaves true in lockTaken, TryEnter what it may.
        FileOnly("Outcome", [Parameter]).With("always", OutcomeMember, optional: true),
        // ZeroTimeoutNeverSleeps: the member's MightSleep does not hold where this timeout is zero.
        FileOnly("ZeroTimeoutNeverSleeps", [Parameter]),
        // OnlyInAtomic: the call makes sense only where preemption is disabled.
        FileOnly("OnlyInAtomic", [Member]),
        // SharedLock: several may hold the lock at once in the way this call takes it, the same code twice among them.
        FileOnly("SharedLock", [Parameter]),
        // Returned: the call gives this argument back.
        FileOnly("Returned", [Parameter]),
        // Exchanges: this place gets what the other argument is, and the call gives what was there before.
        FileOnly("Exchanges", [Parameter]).With("value", Text),
        // ExchangesIf: the same, but only where the place held what `expected` is; that the call gives this back says that it did.
        FileOnly("ExchangesIf", [Parameter]).With("value", Text).With("expected", Text),
        // Derived: what the call gives names the same memory in another way, and leads back to it.
        FileOnly("Derived", [Parameter]),
        // Answers: what the call gives says something of this argument that stays so: asked again, it gives the same.
        FileOnly("Answers", [Parameter]),
        // Fills: the memory is written from end to end, `size` bytes, with zeros or the value of another parameter.
        FileOnly("Fills", [Parameter]).With("size", Text).With("value", Text, optional: true),
        // Copies: the memory is written from end to end, `size` bytes, with what is at `source`.
        FileOnly("Copies", [Parameter]).With("source", Text).With("size", Text),
        // Discloses: what is in the memory goes to somebody who must not see what was there before.
        FileOnly("Discloses", [Parameter]),
        // MasksFlags: from here on, and until UnmasksFlags, this flag counts for nothing in the thread's allocations.
        FileOnly("MasksFlags", [Member]).With("flag", Text),
        FileOnly("UnmasksFlags", [Member]).With("flag", Text),
    ];

    private static readonly ImmutableDictionary<string, ContractWord> ByName =
        Words.ToImmutableDictionary(word => word.Name);

    /// <summary>The word of this name, or null.</summary>
    public static ContractWord? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>The members of an enum type, in the order of their values; empty for a type that is no enum.</summary>
    public static ImmutableArray<string> EnumMembers(ContractValueType type) => type switch
    {
        AtomicKindMember => [.. Enum.GetNames(typeof(AtomicKind))],
        OutcomeMember => [.. Enum.GetNames(typeof(Outcome))],
        _ => [],
    };

    /// <summary>A type as messages and usages name it.</summary>
    public static string Describe(ContractValueType type) => type switch
    {
        Text => "string",
        Flag => "bool",
        Number => "integer",
        AtomicKindMember => "AtomicKind",
        OutcomeMember => "Outcome",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private static ContractWord Kmem(string name, ImmutableArray<ContractTargetKind> targets) =>
        new(name, $"Kmem.Annotations.{name}Attribute", targets);

    private static ContractWord Standard(string name, ImmutableArray<ContractTargetKind> targets) =>
        new(name, $"System.Diagnostics.CodeAnalysis.{name}Attribute", targets);

    private static ContractWord FileOnly(string name, ImmutableArray<ContractTargetKind> targets) =>
        new(name, null, targets);
}
