using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts.Checks;

/// <summary>A contract attribute that cannot be true together with another, or with the code it stands on.</summary>
internal readonly record struct Contradiction(AttributeData Attribute, object Message);

/// <summary>Finds contradictions in the attributes of a member or type.</summary>
internal sealed class ContractChecker
{
    private static readonly (string First, string Second)[] Exclusive =
    {
        ("NeverSleeps", "MightSleep"),
        ("NeverSleeps", "GfpFlags"),
        ("MightSleep", "GfpFlags"),
        ("MightSleep", "AtomicContext"),
        ("MightSleep", "HoldsSpinlock"),
        ("ProcessContext", "AtomicContext"),
        ("ProcessContext", "HoldsSpinlock"),
        ("Borrows", "Frees"),
        ("Borrows", "TakesOwnership"),
        ("Borrows", "Reallocates"),
        ("Frees", "Reallocates"),
        ("Frees", "Allocates"),
    };

    private readonly ContractTable _contracts;
    private readonly KnownFamilies _families;

    public ContractChecker(ContractTable contracts, KnownFamilies families)
    {
        _contracts = contracts;
        _families = families;
    }

    public IEnumerable<Contradiction> Check(ISymbol symbol) => symbol switch
    {
        IMethodSymbol method => CheckMethod(method),
        INamedTypeSymbol { TypeKind: TypeKind.Delegate, DelegateInvokeMethod: { } invoke } type =>
            CheckExclusive(type.GetAttributes()).Concat(CheckParts(invoke)),
        _ => CheckExclusive(symbol.GetAttributes()),
    };

    private IEnumerable<Contradiction> CheckMethod(IMethodSymbol method) =>
        CheckExclusive(method.GetAttributes().AddRange(method.Parameters.SelectMany(parameter => parameter.GetAttributes()).Where(IsSleep)))
            .Concat(CheckParts(method))
            .Concat(CheckBases(method));

    private IEnumerable<Contradiction> CheckParts(IMethodSymbol method)
    {
        foreach (var attribute in method.GetAttributes())
        {
            if (CheckLock(attribute, method) is { } missing)
                yield return missing;
            if (CheckOutcome(attribute, method) is { } impossible)
                yield return impossible;
        }

        foreach (var parameter in method.Parameters)
        {
            foreach (var contradiction in CheckExclusive(parameter.GetAttributes()).Concat(parameter.GetAttributes().SelectMany(attribute => CheckParameter(attribute, parameter, method))))
                yield return contradiction;
        }
    }

    private static IEnumerable<Contradiction> CheckExclusive(ImmutableArray<AttributeData> attributes)
    {
        foreach (var (first, second) in Exclusive)
        {
            if (Find(attributes, first) is not null && Find(attributes, second) is { } other)
                yield return new Contradiction(other, Rules.Text("Contradiction_Words", second, first));
        }
    }

    private IEnumerable<Contradiction> CheckParameter(AttributeData attribute, IParameterSymbol parameter, IMethodSymbol method)
    {
        if (AttributeReader.ReadOne(attribute, ContractTarget.OfParameter(parameter.Name)) is not { } clause)
            yield break;
        if (clause.Word == "GfpFlags" && parameter.Type.TypeKind != TypeKind.Error && FlagBits.Find(parameter.Type, "__GFP_WAIT") is null)
            yield return new Contradiction(attribute, Rules.Text("Contradiction_NoWait", parameter.Type.Name));

        foreach (var family in clause.Word == "Frees" ? clause.Arguments.OfType<string>() : Enumerable.Empty<string>())
        {
            if (!_families.IsAllocated(family))
                yield return new Contradiction(attribute, Rules.Text("Contradiction_NoFamily", family));
        }

        if (CheckOutcome(attribute, method) is { } impossible)
            yield return impossible;
    }

    private static Contradiction? CheckLock(AttributeData attribute, IMethodSymbol method)
    {
        if (AttributeReader.ReadOne(attribute, ContractTarget.Member) is not { Word: "HoldsSpinlock" or "AcquiresSpinlock" or "ReleasesSpinlock" } clause)
            return null;

        var path = clause.Arguments.OfType<string>().FirstOrDefault() ?? "";
        return path.Length == 0 || ScopePath.Find(path, method) is not null
            ? null
            : new Contradiction(attribute, Rules.Text("Contradiction_NoLock", path, method.Name));
    }

    private static Contradiction? CheckOutcome(AttributeData attribute, IMethodSymbol method)
    {
        var outcome = AttributeReader.ReadOne(attribute, ContractTarget.Member)?.Named.TryGetValue("When", out var value) == true && value is EnumMember member
            ? member.Name
            : nameof(Outcome.Always);
        return IsPossible(outcome, method.ReturnType)
            ? null
            : new Contradiction(attribute, Rules.Text("Contradiction_Outcome", method.Name, outcome));
    }

    private static bool IsPossible(string outcome, ITypeSymbol result) => outcome switch
    {
        nameof(Outcome.Always) => true,
        _ when result.TypeKind == TypeKind.Error => true,
        _ when result.SpecialType == SpecialType.System_Void => false,
        nameof(Outcome.True) or nameof(Outcome.False) => result.SpecialType == SpecialType.System_Boolean,
        nameof(Outcome.Null) or nameof(Outcome.NonNull) => result is IPointerTypeSymbol || result.IsReferenceType
            || result.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr,
        nameof(Outcome.Negative) or nameof(Outcome.NonNegative) => result.SpecialType is SpecialType.System_SByte or SpecialType.System_Int16
            or SpecialType.System_Int32 or SpecialType.System_Int64 or SpecialType.System_IntPtr || result.TypeKind == TypeKind.Enum,
        _ => result.SpecialType != SpecialType.System_Boolean,
    };

    // What a base member promises, its callers rely on: an override may promise more, never the opposite. What a type says holds for its members.
    private IEnumerable<Contradiction> CheckBases(IMethodSymbol method)
    {
        if (Find(method.GetAttributes(), "MightSleep") is not { } sleeps)
            yield break;

        foreach (var promised in ContractTable.BasesOf(method))
        {
            if (_contracts.Get(promised).Sleep == SleepContract.Never)
                yield return new Contradiction(sleeps, Rules.Text("Contradiction_Base", "MightSleep", "NeverSleeps", promised.ToDisplayString()));
        }

        // The member's own words are compared with each other.
        var isOwn = Find(method.GetAttributes(), "AtomicContext") is not null || Find(method.GetAttributes(), "HoldsSpinlock") is not null;
        if (!isOwn && _contracts.Get(method).Body is { IsAtomic: true, HeldLocks: var locks })
            yield return new Contradiction(sleeps, Rules.Text("Contradiction_Words", "MightSleep", locks.IsEmpty ? "AtomicContext" : "HoldsSpinlock"));
    }

    private static bool IsSleep(AttributeData attribute) => AttributeReader.ReadOne(attribute, ContractTarget.Member)?.Word == "GfpFlags";

    private static AttributeData? Find(ImmutableArray<AttributeData> attributes, string word) =>
        attributes.FirstOrDefault(attribute => AttributeReader.ReadOne(attribute, ContractTarget.Member)?.Word == word);
}
