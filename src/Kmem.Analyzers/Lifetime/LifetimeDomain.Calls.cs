using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <content>Calls that allocate, by contract or by what the callee's body does.</content>
internal sealed partial class LifetimeDomain
{
    private PathState Allocate(CallSite site, PathState state)
    {
        for (var i = 0; i < site.Contract.Parameters.Length; i++)
        {
            if (site.Contract.Parameters[i].Allocates is { } contract && site.Argument(i) is { } address)
                state = Allocations.Allocate(contract, site, state.Load(address), site.Method!.Parameters[i].Type, state, AllocationStatus.Of(site));
        }

        return site.Contract.Allocates is { } returned ? AllocateResult(returned, site, state) : Allocations.ReturnMaybeNull(site, state);
    }

    private PathState AllocateResult(AllocationContract contract, CallSite site, PathState state) =>
        DropResult(site, site.Result, Allocations.Allocate(contract, site, site.Result, Allocations.ResultType(site), state));

    // A result that no statement takes is lost at once.
    private PathState DropResult(CallSite site, Value result, PathState state) =>
        site.Call.Operation.Parent is IExpressionStatementOperation && Of(state).Objects.Find(result) is { Custody: Custody.Own } memory
            ? Lose(result, memory, site.Syntax, state)
            : state;

    // Resized, the old memory is gone; where that fails, it lives on.
    private IEnumerable<CallOutcome> Resize(AllocationContract contract, CallSite site, PathState state)
    {
        var argument = site.FindArgument(site.Contract.FindParameter(parameter => parameter.Reallocates));
        var old = argument is null ? ConstantValue.Null : site.ValueOf(argument);
        var allocated = AllocateResult(contract, site, CallEffects.Forget(site, state));
        if (argument is null || state.SignsOf(old) == Signs.Zero || (Of(state).Objects.Find(old) is { } memory && AllocationFailure.HasFailed(old, memory, state)))
        {
            yield return new CallOutcome(allocated, site.Result);
            yield break;
        }

        if (allocated.Restrict(site.Result, Signs.NonZero) is { } grown)
        {
            var release = Releases.CallOf(Releases.AnyFamily, argument.Operation, argument.Parameter!.Type, site, state) with { Kind = EndingKind.Resized };
            yield return new CallOutcome(End(Pointers.Root(old), release, grown), site.Result);
        }

        if (allocated.SignsOf(site.Result) != Signs.NonZero && allocated.Restrict(site.Result, Signs.Zero) is { } failed)
            yield return new CallOutcome(Allocations.FailToResize(old, contract, site, failed), site.Result);
    }

    private List<CallOutcome> Apply(Summary summary, CallSite site, PathState state)
    {
        var applications = SummaryApplication.Apply(summary, site, state).ToList();
        Receive(applications, site, state);
        var returned = MemoryReturnedBy(applications);
        var outcomes = new List<CallOutcome>(applications.Count);
        foreach (var application in applications)
        {
            if (ApplySummary(application, applications, site) is { } outcome)
                outcomes.Add(Undo(site, LeaveOld(application, applications, site, FailAs(returned, application, site, outcome))));
        }

        return outcomes;
    }

    // A callee that says by its result that it could not release, has not.
    private static CallOutcome Undo(CallSite site, CallOutcome outcome)
    {
        var lifetime = Of(outcome.State);
        if (lifetime.Endings.Count == 0 || outcome.Result is not ConstantValue { Bits: { } bits })
            return outcome;

        var kept = lifetime.Endings.RemoveWhere((site.Syntax, Signs: Fact.SignsOf(bits)), static (entry, given) => ReferenceEquals(entry.Value.Site, given.Syntax) && (given.Signs & entry.Value.FailureSigns) != 0);
        return ReferenceEquals(kept, lifetime.Endings) ? outcome : outcome with { State = outcome.State with { Domain = lifetime with { Endings = kept } } };
    }

    private CallOutcome? ApplySummary(SummaryApplication application, List<SummaryApplication> all, CallSite site)
    {
        var effect = (LifetimeEffect)application.Case.Effect;
        if (UseArguments(effect, application, site) is not { } used)
            return null;

        var state = used;
        foreach (var release in effect.Released)
        {
            if (ArgumentOf(release.Value, site) is { } argument)
                state = ForgetOtherNames(release.Value, application, site, ApplyRelease(release, argument, application, all, site, state));
        }

        state = GiveUpUntold(application, all, site, InspectCallee(effect, application, site, state));
        if (!application.Case.Returns)
            return null;

        state = GiveUpWritten(application, GiveUpKept(application, all, site, state));
        if (MayHoldAddress(site.Method!.ReturnType) && all.Exists(each => each.Case.Returns && !IsKnown(each.Case)))
            state = GiveUpArguments(application.Result, site, state);

        var taken = Allocations.TakeOver(effect, application, site, state);
        taken = MoveInside(application.Result, taken);
        var after = taken with { Domain = ForgetPlaces(site, Of(taken)) };
        return new CallOutcome(application.Result is { } result ? DropResult(site, result, after) : after, application.Result);
    }

    // What the callee keeps here, it may have kept wherever its result says the same.
    private PathState GiveUpKept(SummaryApplication application, List<SummaryApplication> all, CallSite site, PathState state)
    {
        var own = ((LifetimeEffect)application.Case.Effect).Kept;
        foreach (var other in all)
        {
            var kept = ((LifetimeEffect)other.Case.Effect).Kept;
            if (!ReferenceEquals(other, application) && (kept == own || !other.Case.Returns || IsTold(other.Case, application.Case, site)))
                continue;

            foreach (var value in kept)
            {
                if (ArgumentOf(value, site) is null)
                    continue;
                state = GiveUp(application.Translate(value), state);
                if (value is EntryValue { Address: not VariableAddress and var place })
                    state = GiveUpContents(application.Translate(place), state);
            }
        }

        return state;
    }

    // Nothing that one ending gives back could be what the other does. Errors are negative: callers who look for them alone take what is above zero for success.
    private static bool IsTold(SummaryCase keeping, SummaryCase ending, CallSite site)
    {
        var signs = SignsOf(keeping);
        if ((signs & Signs.Zero) != 0 && site.Method!.ReturnType.SpecialType != SpecialType.System_Boolean)
            signs |= Signs.Positive;
        return site.Call.Operation.Parent is not IExpressionStatementOperation && (signs & SignsOf(ending)) == Signs.None;
    }

    private static Signs SignsOf(SummaryCase ending) => ending.Result is ConstantValue { Bits: { } bits } ? Fact.SignsOf(bits) : ending.ResultFact?.Signs ?? Signs.Any;

    // What the callee has put into a field (by a swap of two places that it was passed) is for whoever has that.
    private PathState GiveUpWritten(SummaryApplication application, PathState state)
    {
        if (!Owns(Of(state)))
            return state;

        foreach (var write in application.Case.Writes)
        {
            if (Pointers.VariableOf(application.Translate(write.Key)) is null)
                state = GiveUp(application.Translate(write.Value), state);
        }

        return state;
    }

    // An address behind a header, or that of pages, is there where the memory is: who finds it null has not found the memory.
    private static PathState MoveInside(Value? result, PathState state) =>
        result is OperatorValue { Kind: Operator.Offset or Operator.Derived } && Pointers.Root(result) is var start && Of(state).Objects.Find(start) is not null
        && state.SignsOf(start) == Signs.NonZero
            ? state.Restrict(result, Signs.NonZero) ?? state
            : state;

    // A callee that empties a list sets its ends anew, by conditions that no summary keeps: what else named the memory may name other memory now.
    private static PathState ForgetOtherNames(Value released, SummaryApplication application, CallSite site, PathState state)
    {
        var memory = application.Translate(released);
        var place = released is EntryValue entry ? application.Translate(entry.Address) : null;
        foreach (var cell in state.Cells)
        {
            if (cell.Key is FieldAddress { Target: not VariableAddress } or ElementAddress && cell.Value.Equals(memory) && !cell.Key.Equals(place))
                state = state.Forget(cell.Key, site.Syntax);
        }

        return state;
    }

    // A result that is computed of an address may be for the caller what the address was.
    private static bool MayHoldAddress(ITypeSymbol type) => Places.MayHoldAddress(type)
        || (type.SpecialType == SpecialType.None && (type.IsReferenceType || type.TypeKind == TypeKind.Struct));

    private static bool IsKnown(SummaryCase ending) => ending.Result is ConstantValue or EntryValue
        || (ending.Result is { } result && ((LifetimeEffect)ending.Effect).Allocated.Find(result) is not null);

    private PathState GiveUpArguments(Value? result, CallSite site, PathState state)
    {
        foreach (var argument in site.Call.Arguments)
        {
            if (site.ValueOf(argument) is var value && (result is null || !Pointers.Holds(result, Pointers.Root(value))))
                state = GiveUp(value, state);
        }

        return state;
    }

    private PathState? UseArguments(LifetimeEffect effect, SummaryApplication application, CallSite site)
    {
        PathState? state = application.State;
        foreach (var value in effect.Used)
        {
            if (ArgumentOf(value, site) is { } operation)
                state = UseWhatIsThere(application.Translate(value), operation, state);
        }

        foreach (var value in effect.Dereferenced)
        {
            if (state is not null && !Pointers.IsOfElement(value) && ArgumentBehind(value, site) is { } argument && !site.Contract.Parameter(argument.Parameter!.Ordinal).SaysMemory)
                state = Use(application.Translate(value), argument.Operation, state);
        }

        return state;
    }

    private PathState ApplyRelease(
        ReleaseEffect release, IOperation argument, SummaryApplication application, List<SummaryApplication> all, CallSite site, PathState state)
    {
        var value = application.Translate(release.Value);
        if (Pointers.IsOfElement(release.Value) || !IsToldApart(release, application, all, site))
            return GiveUp(value, state);

        return Release(value, new ReleaseCall(ContractOf(release, application, all, site), site.Method!, argument, site.Syntax)
        {
            Kind = release.Kind,
            FinalFunction = release.Function,
            Order = release.Order is null ? null : application.Translate(release.Order),
            Pool = release.Pool is null ? null : application.Translate(release.Pool),
            IsDirect = false,
            IsByHolder = release.Value is not EntryValue { Address: VariableAddress },
        }, state);
    }

    // A callee that chooses between two functions, by what its caller cannot see, has asked what the memory is.
    private static ReleaseContract ContractOf(ReleaseEffect release, SummaryApplication application, List<SummaryApplication> all, CallSite site)
    {
        var alike = all.Where(other => other.Case.Returns && AreAlike(other, application, site))
            .SelectMany(other => ((LifetimeEffect)other.Case.Effect).Released)
            .Where(other => other.Value.Equals(release.Value))
            .Select(other => other.Contract.Families)
            .ToList();
        if (alike.TrueForAll(families => families.SequenceEqual(release.Contract.Families)))
            return release.Contract;

        return alike.Exists(families => families.IsEmpty)
            ? Releases.AnyFamily
            : release.Contract with { Families = alike.SelectMany(families => families).Distinct().ToImmutableArray() };
    }

    // What the callee releases in a case that its caller cannot tell from this one, may be gone in this one too.
    private static PathState GiveUpUntold(SummaryApplication application, List<SummaryApplication> all, CallSite site, PathState state)
    {
        var effect = (LifetimeEffect)application.Case.Effect;
        foreach (var other in all)
        {
            if (ReferenceEquals(other, application) || !other.Case.Returns || !AreAlike(other, application, site))
                continue;

            foreach (var release in ((LifetimeEffect)other.Case.Effect).Released)
            {
                if (!effect.Releases(release.Value) && ArgumentOf(release.Value, site) is not null)
                    state = state with { Domain = Of(state).GiveUp(application.Translate(release.Value)) };
            }
        }

        return state;
    }

    // A callee that releases or not, for reasons that its caller cannot see (a count that reaches zero), says nothing.
    private static bool IsToldApart(ReleaseEffect release, SummaryApplication application, List<SummaryApplication> all, CallSite site)
    {
        foreach (var other in all)
        {
            if (other.Case.Returns && !((LifetimeEffect)other.Case.Effect).Releases(release.Value) && AreAlike(other, application, site))
                return false;
        }

        return true;
    }

    // Who takes no notice of the result is not told by it; and a condition of one case tells nothing of another that has none like it.
    private static bool AreAlike(SummaryApplication first, SummaryApplication second, CallSite site) =>
        !first.Case.Conditions.Any(second.Case.Conditions, static (condition, others) => others.Find(condition.Key) is { } other && condition.Value.Excludes(other))
        && (site.Call.Operation.Parent is IExpressionStatementOperation
            || (Equals(first.Case.Result, second.Case.Result) && Equals(first.Case.ResultFact, second.Case.ResultFact)));

    private static Memory? MemoryReturnedBy(List<SummaryApplication> applications)
    {
        foreach (var application in applications)
        {
            if (MemoryReturnedBy(application) is { } memory)
                return memory;
        }

        return null;
    }

    private static Memory? MemoryReturnedBy(SummaryApplication application) =>
        application.Case.Result is { } result ? ((LifetimeEffect)application.Case.Effect).Allocated.Find(Pointers.Root(result)) : null;

    // Null in place of memory is memory whose allocation failed, unless it is what the caller passed.
    private static CallOutcome FailAs(Memory? returned, SummaryApplication application, CallSite site, CallOutcome outcome)
    {
        if (returned is not { FailureValue: 0 } || application.Case.Result is not ConstantValue || outcome.Result is not ConstantValue { Bits: 0 }
            || outcome.State.Restrict(site.Result, Signs.Zero) is not { } failed)
            return outcome;

        return new CallOutcome(failed with { Domain = Of(failed).With(site.Result, Allocations.AtCaller(returned, site)) }, site.Result);
    }

    // A callee that gives new memory for old, and null where it cannot, has left the old memory alone then.
    private static CallOutcome LeaveOld(SummaryApplication application, List<SummaryApplication> all, CallSite site, CallOutcome outcome)
    {
        var lifetime = Of(outcome.State);
        if (lifetime.Objects.Find(site.Result) is not { } result || !AllocationFailure.HasFailed(site.Result, result, outcome.State)
            || ReplacedElsewhere(application, all) is not { } replaced)
            return outcome;

        var old = application.Translate(replaced);
        return outcome.State.SignsOf(old) == Signs.Zero
            ? outcome
            : outcome with { State = outcome.State with { Domain = lifetime.With(site.Result, result with { ResizedFrom = old }) } };
    }

    // What the callee releases for the memory that it gives, and neither releases nor keeps in this case.
    private static Value? ReplacedElsewhere(SummaryApplication application, List<SummaryApplication> all)
    {
        var effect = (LifetimeEffect)application.Case.Effect;
        foreach (var other in all)
        {
            if (MemoryReturnedBy(other) is not { Family.Length: > 0 })
                continue;
            foreach (var release in ((LifetimeEffect)other.Case.Effect).Released)
            {
                if (!effect.Kept.Contains(release.Value) && !effect.Releases(release.Value))
                    return release.Value;
            }
        }

        return null;
    }

    /// <summary>The argument that leads to a value of the callee's.</summary>
    private static CallArgument? ArgumentBehind(Value value, CallSite site)
    {
        foreach (var argument in site.Call.Arguments)
        {
            if (argument.IsBehind(value))
                return argument;
        }

        return null;
    }

    // Where a report about it stands: at the argument, or at the call for what it reaches by itself; null where the contract speaks of it.
    private static IOperation? ArgumentOf(Value value, CallSite site)
    {
        if (ArgumentBehind(value, site) is { } argument)
            return site.Contract.Parameter(argument.Parameter!.Ordinal).SaysMemory ? null : argument.Operation;

        return site.Contract.This.SaysMemory ? null : site.Call.Operation;
    }
}
