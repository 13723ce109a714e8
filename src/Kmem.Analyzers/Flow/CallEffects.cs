using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>What every analysis knows of a call: whether it returns, and what its result says of its arguments.</summary>
internal static class CallEffects
{
    /// <summary>What a call gives on the path after one outcome, and on a second one where the result tells of an argument; null: there is no such path.</summary>
    public static (CallOutcome? First, CallOutcome? Second) After(CallSite site, CallOutcome outcome, Func<Value, DomainState, bool> isOfInterest) =>
        site.Contract.IsEmpty && site.Method?.MethodKind != MethodKind.Constructor
            ? (outcome with { Result = outcome.Result ?? site.Result }, null)
            : AfterContract(site, outcome, isOfInterest);

    private static (CallOutcome? First, CallOutcome? Second) AfterContract(CallSite site, CallOutcome outcome, Func<Value, DomainState, bool> isOfInterest)
    {
        var contract = site.Contract;
        if (contract.DoesNotReturn || Assertions(site, outcome.State) is not { } state)
            return (null, null);

        var result = outcome.Result ?? site.Argument(contract.FindParameter(parameter => parameter.IsReturned)) ?? AnswerOf(site) ?? site.Result;
        if (contract.ReturnsNotNull || site.Method?.MethodKind == MethodKind.Constructor)
            state = state.Restrict(result, Signs.NonZero) ?? state;

        var tested = contract.FindParameter(parameter => parameter.NotNullWhen is not null);
        if (tested < 0 || site.Argument(tested) is not { } argument || !isOfInterest(argument, outcome.State.Domain))
            return (new CallOutcome(state, result), null);

        var notNullWhen = contract.Parameter(tested).NotNullWhen == true;
        CallOutcome? isNotNull = state.Restrict(argument, Signs.NonZero) is { } notNull ? new CallOutcome(notNull, ConstantValue.Of(notNullWhen)) : null;
        // The other answer is the one for null, as long as null is possible.
        return (isNotNull, new CallOutcome(state.Restrict(argument, Signs.Zero) ?? state, ConstantValue.Of(!notNullWhen)));
    }

    private static Value? AnswerOf(CallSite site) => site.Argument(site.Contract.FindParameter(parameter => parameter.IsAnswered)) is { } argument
        ? Reasoning.Apply(Operator.Answer, argument, ConstantValue.Of(site.Name))
        : null;

    /// <summary>Code of this program may be run by the call, a body that overrides the callee among it: then any field may hold something else behind it.</summary>
    public static bool MayRunOwnCode(IMethodSymbol? callee) => callee is not { DeclaringSyntaxReferences.Length: 0, IsVirtual: false, IsAbstract: false };

    /// <summary>Forgets what a callee that is not known may have changed: what its arguments lead to, and statics.</summary>
    public static PathState Forget(CallSite site, PathState state)
    {
        if (site.Method is { DeclaringSyntaxReferences.Length: > 0 })
            state = state.ForgetStatics(site.Syntax);
        if (site.Receiver is { } receiver && !LeavesReceiver(site))
            state = state.Forget(receiver, site.Syntax);

        var part = 10;
        foreach (var argument in site.Call.Arguments)
        {
            var value = site.ValueOf(argument);
            var contract = argument.Parameter is null ? ParameterContract.Empty : site.Contract.Parameter(argument.Parameter.Ordinal);
            state = state.Forget(value, site.Syntax);
            if (contract.ExchangedWith is { } other && site.FindArgument(other) is { } stored)
                state = state.Store(value, site.ValueOf(stored), site.Syntax);
            else if (argument.Parameter is { RefKind: RefKind.Ref or RefKind.Out } && !IsLockOnly(site, argument.Parameter, contract))
                state = state.Store(value, new SiteValue(site.Syntax, part++), site.Syntax);
        }

        return state;
    }

    // A member that only looks, and the release of a handle: the struct stays what it was.
    private static bool LeavesReceiver(CallSite site) =>
        site.Contract.This.Borrows || site.Contract.This.Frees is not null || site.Method is { IsReadOnly: true, IsStatic: false };

    // A lock is passed by reference and holds nothing that is followed.
    private static bool IsLockOnly(CallSite site, IParameterSymbol parameter, ParameterContract contract) =>
        contract.Allocates is null && site.Contract.Locks.Any(effect => effect.Parameter == parameter.Ordinal);

    private static PathState? Assertions(CallSite site, PathState state)
    {
        PathState? current = state;
        for (var i = 0; i < site.Contract.Parameters.Length && current is not null; i++)
        {
            var contract = site.Contract.Parameters[i];
            if (site.Argument(i) is not { } argument)
                continue;
            if (contract.DoesNotReturnIf is { } ending)
                current = current.Assume(argument, !ending);
            if (contract.NotNullOnReturn && current is not null)
                current = current.Restrict(argument, Signs.NonZero);
        }

        return current;
    }
}
