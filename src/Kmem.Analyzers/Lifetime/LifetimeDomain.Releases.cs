using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <content>Releases by contract, and what is done with memory that is gone.</content>
internal sealed partial class LifetimeDomain
{
    private IEnumerable<CallOutcome> Split(Outcome when, CallSite site, PathState state)
    {
        var prepared = Leave(site, Release(site, state));
        if (CallOutcomes.With(when, site, prepared) is { } with)
            yield return with with { State = Release(site, with.State, when) };
        foreach (var (without, isExpected) in CallOutcomes.Others(when, site, prepared))
        {
            var released = Release(site, without.State, Releases.Opposite(when));
            yield return without with { State = isExpected ? released : GiveUpArguments(null, site, released) };
        }
    }

    // What the call releases or takes over whatever comes of it, or on one outcome.
    private PathState Release(CallSite site, PathState state, Outcome? when = Outcome.Always)
    {
        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is not { } parameter || site.Contract.Parameter(parameter.Ordinal) is not { SaysMemory: true } contract)
                continue;

            var value = parameter.RefKind == RefKind.None ? site.ValueOf(argument) : state.Load(site.ValueOf(argument));
            if (contract.Frees is { } frees && frees.When == when)
                state = Release(value, contract, Releases.CallOf(frees, argument.Operation, parameter.Type, site, state), state);
            else if (contract.TakesOwnership == when && when is not null && !IsTakenBefore(argument, value, site))
                state = Release(value, Releases.CallOf(Releases.AnyFamily, argument.Operation, parameter.Type, site, state) with { Kind = EndingKind.TakenOver }, state);
            else if (contract.Reallocates && when == Outcome.Always)
                state = CheckFamily(value, site, argument, state);
        }

        if (when == Outcome.Always && site.Contract.This.Frees is { } self && Releases.Handle(site, state) is { } handle && !Releases.IsGuarded(site))
            state = Release(handle, Releases.CallOf(self, Releases.ReceiverOperation(site), null, site, state), state);
        return state;
    }

    // One call may take the same memory twice, as a stream to read from and to write to.
    private static bool IsTakenBefore(CallArgument argument, Value value, CallSite site) => site.Call.Arguments.TakeWhile(other => other != argument)
        .Any(other => other.Parameter is { } parameter && site.Contract.Parameter(parameter.Ordinal).TakesOwnership is not null && site.ValueOf(other).Equals(value));

    private PathState Release(Value value, ParameterContract contract, ReleaseCall release, PathState state)
    {
        if (!contract.DisallowsNull)
            _observer.CalledToRelease(release);
        return Release(value, release, state);
    }

    // What resizes memory must be of its family too.
    private PathState CheckFamily(Value value, CallSite site, CallArgument argument, PathState state)
    {
        if (site.Contract.Allocates is { } allocates && Of(state).Objects.Find(value) is { Family.Length: > 0 } memory
            && memory.Family != allocates.Family && !AllocationFailure.HasFailed(value, memory, state))
        {
            var contract = new ReleaseContract(System.Collections.Immutable.ImmutableArray.Create(allocates.Family), Outcome.Always);
            _observer.ReleasedToOther(memory, Releases.CallOf(contract, argument.Operation, null, site, state), mayBeNull: false);
        }

        return state;
    }

    private PathState Release(Value pointer, ReleaseCall release, PathState state)
    {
        var lifetime = Of(state);
        var value = Pointers.Root(pointer);
        var memory = lifetime.Objects.Find(value);
        if (state.SignsOf(pointer) == Signs.Zero || (memory is not null && AllocationFailure.HasFailed(value, memory, state)))
            return state;
        if (release.Kind == EndingKind.Released && NeverAllocated.Find(pointer, lifetime) is { } what)
        {
            _observer.ReleasedNeverAllocated(what, release);
            return GiveUp(pointer, state);
        }

        if (Pointers.IsMoved(pointer))
            return GiveUp(pointer, state);
        if (lifetime.Endings.Find(value) is { } ending)
        {
            if (Releases.HasReportedFailure(ending, state))
                return state;
            if (ending.Kind == EndingKind.TakenOver && release.IsByHolder)
                return End(value, release, state);
            _observer.ReleasedTwice(ending, memory, release);
            return state;
        }

        _observer.Released(memory ?? LocalArray.ReleasedFrom(release.Argument, lifetime), release);
        if (memory is not null)
            CheckMatch(value, memory, release, state);
        else
            _observer.ReleasedUnknown(value, release);

        return End(value, release, state);
    }

    private void CheckMatch(Value value, Memory memory, ReleaseCall release, PathState state)
    {
        if (memory.Family.Length > 0 && !release.Contract.Accepts(memory.Family))
            _observer.ReleasedToOther(memory, release, AllocationFailure.MayBeNothing(value, memory, state));
        else if (Releases.Differ(memory.Order, release.Order, state))
            _observer.ReleasedWithOtherOrder(memory, release);
        else if (Releases.Differ(memory.Pool, release.Pool, state))
            _observer.ReleasedToOtherPool(memory, release);
    }

    private PathState End(Value value, ReleaseCall release, PathState state)
    {
        var lifetime = Of(state).GiveUp(value);
        foreach (var inner in lifetime.Objects)
        {
            if (value.Equals(inner.Value.Keeper))
                lifetime = lifetime.With(inner.Key, release.IsUntyped ? inner.Value with { Keeper = null, IsBuried = true } : inner.Value with { Keeper = null, Custody = Custody.None });
        }

        var isOutside = value is not (SiteValue or ConstantValue);
        if (isOutside)
        {
            lifetime = lifetime.AddRelease(new ReleaseEffect(value, release.Contract, release.FinalFunction, release.Kind)
            {
                Order = release.Order is { } order && Pointers.IsLasting(order) ? order : null,
                Pool = release.Pool is { } pool && Pointers.IsLasting(pool) ? pool : null,
            });
        }

        var ended = Pointers.IsLasting(value) || lifetime.Objects.Find(value) is not null
            ? lifetime.End(value, new Ending(release.Kind, release.Site, release.FinalFunction) { FailureSigns = Releases.FailureSigns(release) })
            : lifetime;
        return isOutside ? Tell(ended, state) : state with { Domain = ended };
    }

    // Not as an argument of code that is not known, but for what the pointer leads to.
    private PathState UseKnown(Value pointer, IOperation use, PathState state)
    {
        if (Of(state).Objects is { Count: > 0 } objects && objects.Find(Pointers.Root(pointer)) is { IsOfPlatform: true, Custody: Custody.None } memory)
            _observer.StillUsed(memory, use.Syntax);
        return UseWhatIsThere(pointer, use, state);
    }

    /// <summary>Memory is read, written, stored, passed on or returned: it has to be there still.</summary>
    private PathState UseWhatIsThere(Value pointer, IOperation use, PathState state)
    {
        var lifetime = Of(state);
        var value = Pointers.Root(pointer);
        if (IsForCallers && value is EntryValue && Pointers.HoldsPointer(((EntryValue)value).Address))
            Note(value, ref _used);
        if (lifetime.Endings.Count == 0 || lifetime.Endings.Find(value) is not { IsGone: true } ending
            || state.SignsOf(value) == Signs.Zero || IsLength(use) || Releases.HasReportedFailure(ending, state))
            return state;

        var memory = lifetime.Objects.Find(value);
        _observer.UsedAfterEnd(ending, memory, use);
        return state with { Domain = lifetime with { Endings = lifetime.Endings.Remove(value), Objects = lifetime.Objects.Remove(value) } };
    }

    // An array's length is not its contents.
    private static bool IsLength(IOperation use) =>
        use.Parent is IPropertyReferenceOperation { Property: { Name: "Length", ContainingType.SpecialType: SpecialType.System_Array } };

    private static bool IsUse(ParameterContract contract, CallArgument argument)
    {
        if (contract.Frees is not null || argument.Parameter!.RefKind != RefKind.None)
            return false;

        return contract.Borrows || contract.TakesOwnership is not null || contract.RetainsUntil is not null || contract.Reallocates
            || contract.DisallowsNull || contract.Maps is not null || contract.IsDirectMapped;
    }

    // Code that is not known gets a pointer: it is taken to use it.
    private PathState PassOn(CallSite site, PathState state)
    {
        if (Of(state).Endings.Count == 0 && !IsForCallers)
            return state;

        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is { RefKind: RefKind.None } parameter && IsPointer(parameter.Type) && !IsOfNativeInteger(parameter)
                && IsUnsaid(site.Contract.Parameter(parameter.Ordinal)) && !Lookups.IsFor(parameter))
                state = UseWhatIsThere(site.ValueOf(argument), argument.Operation, state);
        }

        return state;
    }

    private static bool IsPointer(ITypeSymbol type) => type is IPointerTypeSymbol or IArrayTypeSymbol
        || type.SpecialType is SpecialType.System_Array or SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    private static bool IsOfNativeInteger(IParameterSymbol parameter) =>
        parameter.ContainingType?.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    private static bool IsUnsaid(ParameterContract contract) => !contract.SaysMemory && contract.TestsFamily is null && !contract.IsReturned
        && contract.NotNullWhen is null && contract.DoesNotReturnIf is null && !contract.NotNullOnReturn;

    // What a place outside held, code that is not known may have replaced. What this call ended, it ended.
    private static LifetimeState ForgetPlaces(CallSite site, LifetimeState lifetime)
    {
        if (lifetime.Endings.Count == 0)
            return lifetime;

        var changesAll = CallEffects.MayRunOwnCode(site.Method) || site.Contract.HasContextEffect || site.Contract.Sleep == SleepContract.Might;
        var kept = lifetime.Endings.RemoveWhere((site, changesAll), static (entry, by) => Pointers.IsInPlace(entry.Key) && !ReferenceEquals(entry.Value.Site, by.site.Syntax)
            && (by.changesAll || (by.site.Contract.IsEmpty && Reaches(by.site, entry.Key))));
        return ReferenceEquals(kept, lifetime.Endings) ? lifetime : lifetime with { Endings = kept };
    }

    private static bool Reaches(CallSite site, Value place) => (site.Receiver is { } receiver && place.Mentions(receiver))
        || site.Call.Arguments.Any(argument => place.Mentions(site.ValueOf(argument)));
}
