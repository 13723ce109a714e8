using System.Collections.Generic;
using System.Linq;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <content>Calls that allocate and release, by contract or by what the callee's body does.</content>
internal sealed partial class LifetimeDomain
{
    private static PathState Allocate(CallSite site, PathState state)
    {
        for (var i = 0; i < site.Contract.Parameters.Length; i++)
        {
            if (site.Contract.Parameters[i].Allocates is { } contract && site.Argument(i) is { } address)
                state = Allocate(contract, site, state.Load(address), state);
        }

        return site.Contract.Allocates is { } returned ? Allocate(returned, site, site.Result, state) : ReturnMaybeNull(site, state);
    }

    private static PathState Allocate(AllocationContract contract, CallSite site, Value value, PathState state)
    {
        var memory = Memory.Of(contract, site.Syntax, site.Method!);
        var tracked = state with { Domain = Of(state).With(value, memory) };
        return IsNeverNull(contract, site, state) ? tracked.Restrict(value, Signs.NonZero) ?? tracked : tracked;
    }

    // References that may be null are the compiler's own business.
    private static PathState ReturnMaybeNull(CallSite site, PathState state) =>
        site.Contract.ReturnsMaybeNull && site.Method!.ReturnType is IPointerTypeSymbol
            ? state with { Domain = Of(state).With(site.Result, new Memory(site.Syntax, site.Method)) }
            : state;

    private static bool IsNeverNull(AllocationContract contract, CallSite site, PathState state)
    {
        if (contract.NeverNull)
            return true;

        var ordinal = site.Contract.FindParameter(parameter => parameter.IsFlags);
        return site.FindArgument(ordinal) is { Parameter: { } parameter } argument
            && (IsSet("__GFP_NOFAIL") || (contract.NeverNullIfSleeping && IsSet("__GFP_WAIT")));

        bool IsSet(string name) => FlagBits.Find(parameter.Type, name) is { } bit && (state.BitsOf(site.ValueOf(argument)).Certain & bit) != 0;
    }

    private PathState Release(CallSite site, PathState state)
    {
        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is { } parameter && ReleaseOf(site.Contract, parameter.Ordinal) is { } release)
                state = Release(site.ValueOf(argument), release, site.Method!, argument.Operation, state);
        }

        if (site.Contract.This.Frees is { } self && site.Receiver is { } receiver)
            state = Release(receiver, self, site.Method!, site.Call.Operation, state);
        return state;
    }

    // What resizes memory must be of its family too.
    private static ReleaseContract? ReleaseOf(MethodContract contract, int ordinal)
    {
        var parameter = contract.Parameter(ordinal);
        if (parameter.Frees is not null || !parameter.Reallocates || contract.Allocates is not { } allocates)
            return parameter.Frees;

        return new ReleaseContract(System.Collections.Immutable.ImmutableArray.Create(allocates.Family), Outcome.Always);
    }

    private PathState Release(Value pointer, ReleaseContract release, IMethodSymbol function, IOperation argument, PathState state)
    {
        var lifetime = Of(state);
        if (lifetime.Objects.Find(pointer) is { } memory)
        {
            if (memory.Family.Length > 0 && !release.Accepts(memory.Family) && !HasFailed(pointer, memory, state))
                _observer.ReleasedToOther(memory, release, function, argument);
            return state;
        }

        _observer.ReleasedUnknown(pointer, release, function, argument, state);
        return pointer is SiteValue or ConstantValue ? state : Tell(lifetime.AddRelease(new ReleaseEffect(pointer, release, function.Name)), state);
    }

    private CallOutcome? ApplySummary(SummaryApplication application, CallSite site)
    {
        var effect = (LifetimeEffect)application.Case.Effect;
        PathState? state = application.State;
        foreach (var value in effect.Dereferenced)
        {
            if (state is not null && ArgumentBehind(value, site) is { } argument && !site.Contract.Parameter(argument.Parameter!.Ordinal).SaysMemory)
                state = Use(application.Translate(value), argument.Operation, state);
        }

        if (state is null)
            return null;

        foreach (var release in effect.Released)
        {
            if (ArgumentBehind(release.Value, site) is { } argument && !site.Contract.Parameter(argument.Parameter!.Ordinal).SaysMemory)
                state = Release(application.Translate(release.Value), release.Contract, site.Method!, argument.Operation, state);
        }

        state = InspectCallee(effect, application, site, state);
        if (!application.Case.Returns)
            return null;

        return new CallOutcome(TakeOver(effect, application, site, state), application.Result);
    }

    /// <summary>What the callee allocated and left behind is the caller's now.</summary>
    private static PathState TakeOver(LifetimeEffect effect, SummaryApplication application, CallSite site, PathState state)
    {
        var lifetime = Of(state);
        foreach (var allocated in effect.Allocated)
            lifetime = lifetime.With(application.Translate(allocated.Key), AtCaller(allocated.Value, site));

        return state with { Domain = lifetime };
    }

    private static Memory AtCaller(Memory memory, CallSite site) => new(site.Syntax, site.Method!)
    {
        Family = memory.Family,
        FailureValue = memory.FailureValue,
        FailureLiteral = memory.FailureLiteral,
        IsDoubtful = memory.IsDoubtful,
        Allocator = memory.Allocator,
        Way = memory.Way.Insert(0, memory.Site),
    };

    private static Memory? ReturnedMemory(SummaryApplication application) =>
        application.Case.Result is { } result ? ((LifetimeEffect)application.Case.Effect).Allocated.Find(result) : null;

    // Null in place of memory is memory whose allocation failed.
    private static CallOutcome FailAs(Memory? returned, CallSite site, CallOutcome outcome)
    {
        if (returned is not { FailureValue: 0 } || outcome.Result is not ConstantValue { Bits: 0 }
            || outcome.State.Restrict(site.Result, Signs.Zero) is not { } failed)
            return outcome;

        return new CallOutcome(failed with { Domain = Of(failed).With(site.Result, AtCaller(returned, site)) }, site.Result);
    }

    /// <summary>The argument that leads to a value of the callee's.</summary>
    private static CallArgument? ArgumentBehind(Value value, CallSite site) => site.Call.Arguments.FirstOrDefault(argument =>
        argument.Parameter is { } parameter && value.Mentions(new VariableAddress(parameter.OriginalDefinition)));
}
