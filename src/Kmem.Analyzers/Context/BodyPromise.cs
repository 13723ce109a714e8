using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>What a body's contract, or that of the delegate or base member it fulfils, says of the sections it leaves behind.</summary>
/// <param name="IsBalanced">Sections that the contract does not name are at the end as they were at the beginning.</param>
/// <param name="Effects">Sections and locks that it says are entered or left.</param>
/// <param name="NamesHeldLocks">It says that the caller holds a lock, which need not be the only one.</param>
internal sealed record BodyPromise(bool IsBalanced, ImmutableArray<PromisedEffect> Effects, bool NamesHeldLocks)
{
    public static readonly BodyPromise Nothing = new(false, ImmutableArray<PromisedEffect>.Empty, false);

    /// <param name="body">The context that the body runs in, wherever that is said.</param>
    public static BodyPromise Of(IMethodSymbol? method, ContractTable contracts, BodyContract body)
    {
        if (method is null)
            return Nothing;

        var contract = contracts.Get(method);
        var effects = Sections(method, contract).Concat(Locks(method, contract)).ToImmutableArray();
        var isCallback = body.SaysWhere && !contract.Body.SaysWhere;
        return new BodyPromise(
            effects.Length > 0 || isCallback || SaysWhereItRuns(method),
            effects,
            !body.HeldLocks.IsEmpty);
    }

    /// <summary>Whether a section may be left open with a result; null where the contract does not speak of it.</summary>
    public bool? AllowsOpen(SectionKey section, Signs result) => Allows(section, enters: true, result);

    /// <summary>Whether the caller's section may be left: the contract says so, or nothing of what the caller has entered.</summary>
    public bool AllowsLeft(SectionKey section, Signs result) =>
        Allows(section, enters: false, result) ?? (!IsBalanced || (section.Kind == OpenSection.Spinlock && NamesHeldLocks));

    private bool? Allows(SectionKey section, bool enters, Signs result)
    {
        bool? allowed = null;
        foreach (var effect in Effects.Where(effect => effect.Enters == enters && effect.Speaks(section)))
            allowed = allowed == true || (result & effect.Results) != Signs.None;
        return allowed;
    }

    // What a type says of all its members tells where they run, not what becomes of its locks.
    private static bool SaysWhereItRuns(IMethodSymbol method) => ContractTable.BasesOf(method).Prepend(method)
        .SelectMany(AttributeReader.ReadMethod)
        .Any(clause => clause.Target.Kind == ContractTargetKind.Member && clause.Word is "AtomicContext" or "ProcessContext" or "HoldsSpinlock");

    private static IEnumerable<PromisedEffect> Sections(IMethodSymbol method, MethodContract contract) => contract.Sections.Select(section =>
        new PromisedEffect(section.Enters, section.Section, section.Parameter < 0 ? null : KeyOf(method, section.Parameter), Signs.Any));

    private static IEnumerable<PromisedEffect> Locks(IMethodSymbol method, MethodContract contract) => contract.Locks.Select(effect => new PromisedEffect(
        effect.Acquires,
        OpenSection.Spinlock,
        effect.Parameter >= 0 ? KeyOf(method, effect.Parameter) : effect.Path.Length == 0 ? ThisValue.Instance : LockPath.AddressInside(effect.Path, method),
        CallOutcomes.SignsOf(effect.When)));

    private static Value? KeyOf(IMethodSymbol method, int parameter) =>
        parameter < method.Parameters.Length ? LockPath.AddressInside(method.Parameters[parameter].Name, method) : null;
}

/// <summary>A section or lock that a contract names.</summary>
/// <param name="Key">The lock or argument; null where it is not known which.</param>
/// <param name="Results">The signs of the results for which it holds.</param>
internal sealed record PromisedEffect(bool Enters, string Kind, Value? Key, Signs Results)
{
    // A guard says of itself, or of the reference that it keeps, what it does to the lock that it was given.
    public bool Speaks(SectionKey section) => Kind == section.Kind && (Key is null or ThisValue || IsKeptReference(Key) || section.Key is null || section.Key.Mentions(Key));

    private static bool IsKeptReference(Value key) => key is FieldAddress { Target: ThisValue, Field: IFieldSymbol { RefKind: not RefKind.None } };
}
