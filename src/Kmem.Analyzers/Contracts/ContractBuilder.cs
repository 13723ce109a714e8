using System.Collections.Immutable;

namespace Kmem.Analyzers.Contracts;

/// <summary>
/// Puts the clauses of all sources together into one contract. Sources are added in order of precedence: what one has said
/// about an aspect, a later one does not change.
/// </summary>
internal sealed class ContractBuilder
{
    private readonly ImmutableArray<string> _parameterNames;
    private readonly HashSet<(ContractTarget Target, string Aspect)> _said = new();
    private readonly ParameterContract[] _parameters;
    private MethodContract _contract = new();
    private bool _changed;

    public ContractBuilder(ImmutableArray<string> parameterNames)
    {
        _parameterNames = parameterNames;
        _parameters = Enumerable.Repeat(ParameterContract.Empty, parameterNames.Length).ToArray();
    }

    /// <summary>Adds one source's clauses, after all sources that go before it.</summary>
    public void Add(IEnumerable<ContractClause> source)
    {
        var clauses = source.Where(clause => !_said.Contains(AspectOf(clause))).ToList();
        foreach (var clause in clauses)
        {
            Apply(clause);
            _said.Add(AspectOf(clause));
            _changed = true;
        }
    }

    public MethodContract Build() =>
        _changed ? _contract with { Parameters = _parameters.ToImmutableArray() } : MethodContract.Empty;

    // Words that answer the same question are one aspect, so that a nearer source's answer stands alone.
    private static (ContractTarget, string) AspectOf(ContractClause clause) => clause.Word switch
    {
        "MightSleep" or "NeverSleeps" or "GfpFlags" => (ContractTarget.Member, "sleep"),
        "AtomicContext" or "ProcessContext" or "HoldsSpinlock" => (clause.Target, "body"),
        "EntersAtomic" or "LeavesAtomic" => (ContractTarget.Member, "sections"),
        "AcquiresSpinlock" or "ReleasesSpinlock" => (ContractTarget.Member, "locks"),
        "Frees" or "TakesOwnership" or "Borrows" or "Retains" or "Reallocates" or "Allocates" => (clause.Target, "memory"),
        _ => (clause.Target, clause.Word),
    };

    private void Apply(ContractClause clause)
    {
        switch (clause.Target.Kind)
        {
            case ContractTargetKind.Member:
                ApplyToMember(clause);
                break;
            case ContractTargetKind.Return:
                ApplyToReturn(clause);
                break;
            case ContractTargetKind.This:
                ApplyLocksAndSections(clause, parameter: -1);
                _contract = _contract with { This = Extend(_contract.This, clause) };
                break;
            case ContractTargetKind.Parameter when _parameterNames.IndexOf(clause.Target.Parameter) is var ordinal and >= 0:
                ApplyToParameter(clause, ordinal);
                break;
        }
    }

    private void ApplyToMember(ContractClause clause)
    {
        _contract = clause.Word switch
        {
            "MightSleep" => _contract with { Sleep = SleepContract.Might },
            "NeverSleeps" => _contract with { Sleep = SleepContract.Never },
            "PageOrder" => _contract with { PageOrder = (uint)Integer(clause, 0) },
            "TestsAtomic" => _contract with { TestsAtomic = true, TestedSections = clause.Arguments.OfType<string>().ToImmutableArray() },
            "OnlyInAtomic" => _contract with { OnlyInAtomic = true },
            "DoesNotReturn" => _contract with { DoesNotReturn = true },
            "MasksFlags" => _contract with { MasksFlag = Text(clause) },
            "UnmasksFlags" => _contract with { UnmasksFlag = Text(clause) },
            _ => _contract with { Body = Extend(_contract.Body, clause) },
        };
        ApplyLocksAndSections(clause, parameter: -1);
    }

    private void ApplyToReturn(ContractClause clause)
    {
        _contract = clause.Word switch
        {
            "Allocates" => _contract with { Allocates = Allocation(clause) },
            "MaybeNull" => _contract with { ReturnsMaybeNull = true },
            "NotNull" => _contract with { ReturnsNotNull = true },
            _ => _contract,
        };
    }

    private void ApplyToParameter(ContractClause clause, int ordinal)
    {
        if (clause.Word == "GfpFlags")
            _contract = _contract with { Sleep = SleepContract.ByFlags };
        else if (clause.Word == "Outcome")
            _contract = _contract with { OutcomeParameter = ordinal };

        ApplyLocksAndSections(clause, ordinal);
        _parameters[ordinal] = Extend(_parameters[ordinal], clause);
        if (clause.Word is "Maps" or "Unmaps")
            _contract = _contract with { MovesMappings = true };
    }

    private void ApplyLocksAndSections(ContractClause clause, int parameter)
    {
        _contract = clause.Word switch
        {
            "EntersAtomic" or "LeavesAtomic" => _contract with
            {
                Sections = _contract.Sections.Add(new SectionEffect(clause.Word == "EntersAtomic", Text(clause), parameter)),
            },
            "AcquiresSpinlock" or "ReleasesSpinlock" => _contract with
            {
                Locks = _contract.Locks.Add(new LockEffect(
                    clause.Word == "AcquiresSpinlock", parameter, Text(clause), When(clause))),
            },
            _ => _contract,
        };
    }

    private static BodyContract Extend(BodyContract body, ContractClause clause) => clause.Word switch
    {
        "AtomicContext" => body with { Kind = BodyKind.Atomic, Atomic = Member<AtomicKind>(clause.Arguments.FirstOrDefault()) },
        "ProcessContext" => body with { Kind = BodyKind.Process },
        "HoldsSpinlock" => body with { HeldLocks = body.HeldLocks.Add(Text(clause)) },
        "NoIoContext" => body with { NoIo = true },
        "NoFsContext" => body with { NoFs = true },
        _ => body,
    };

    private static ParameterContract Extend(ParameterContract parameter, ContractClause clause) => clause.Word switch
    {
        "GfpFlags" => parameter with { IsFlags = true },
        "Allocates" => parameter with { Allocates = Allocation(clause) },
        "Frees" => parameter with { Frees = new ReleaseContract(clause.Arguments.OfType<string>().ToImmutableArray(), When(clause)) },
        "TakesOwnership" => parameter with { TakesOwnership = When(clause) },
        "Borrows" => parameter with { Borrows = true },
        "Retains" => parameter with { RetainsUntil = Text(clause) },
        "Reallocates" => parameter with { Reallocates = true },
        "Pool" => parameter with { IsPool = true },
        "PageOrder" => parameter with { IsPageOrder = true, MaxPageOrder = (uint)NamedInteger(clause, "Max", 10) },
        "TestsFamily" => parameter with { TestsFamily = Text(clause) },
        "AllocationSize" => parameter with { MaxSize = unchecked((ulong)NamedInteger(clause, "Max", -1)) },
        "Fills" => parameter with { Fills = new FillContract(Text(clause), clause.Arguments.OfType<string>().ElementAtOrDefault(1) ?? "") },
        "Copies" => parameter with { Copies = new CopyContract(Text(clause), clause.Arguments.OfType<string>().ElementAtOrDefault(1) ?? "") },
        "Discloses" => parameter with { Discloses = true },
        "DirectMapped" => parameter with { IsDirectMapped = true },
        "Maps" => parameter with { Maps = Text(clause) },
        "Unmaps" => parameter with { Unmaps = Text(clause) },
        "InvokedInPlace" => parameter with { IsInvokedInPlace = true },
        "AtomicContext" or "ProcessContext" => parameter with { Callback = Extend(parameter.Callback, clause) },
        "DisallowNull" => parameter with { DisallowsNull = true },
        "NotNull" => parameter with { NotNullOnReturn = true },
        "NotNullWhen" => parameter with { NotNullWhen = clause.Arguments.OfType<bool>().Cast<bool?>().FirstOrDefault() },
        "DoesNotReturnIf" => parameter with { DoesNotReturnIf = clause.Arguments.OfType<bool>().Cast<bool?>().FirstOrDefault() },
        "SharedLock" => parameter with { IsSharedLock = true },
        "Returned" => parameter with { IsReturned = true },
        "Exchanges" => parameter with { ExchangedWith = Text(clause) },
        "ExchangesIf" => parameter with { ConditionalExchange = new ExchangeContract(Text(clause), clause.Arguments.OfType<string>().ElementAtOrDefault(1) ?? "") },
        "Derived" => parameter with { IsDerivedFrom = true },
        "Answers" => parameter with { IsAnswered = true },
        "ZeroTimeoutNeverSleeps" => parameter with { ZeroTimeoutNeverSleeps = true },
        _ => parameter,
    };

    private static AllocationContract Allocation(ContractClause clause) => new(
        Text(clause),
        Flag(clause, "NeverNull"),
        NamedInteger(clause, "FailureValue", 0),
        Flag(clause, "NeverNullIfSleeping"),
        Flag(clause, "Zeroed"));

    private static string Text(ContractClause clause) => clause.Arguments.OfType<string>().FirstOrDefault() ?? "";

    private static long Integer(ContractClause clause, long otherwise) =>
        clause.Arguments.OfType<long>().Cast<long?>().FirstOrDefault() ?? otherwise;

    private static long NamedInteger(ContractClause clause, string name, long otherwise) =>
        clause.Named.TryGetValue(name, out var value) && value is long number ? number : otherwise;

    private static bool Flag(ContractClause clause, string name) => clause.Named.TryGetValue(name, out var value) && value is true;

    private static Outcome When(ContractClause clause) =>
        clause.Named.TryGetValue("When", out var value) ? Member<Outcome>(value) : Outcome.Always;

    private static T Member<T>(object? value)
        where T : struct, Enum =>
        value is EnumMember member && Enum.TryParse<T>(member.Name, out var parsed) ? parsed : default;
}
