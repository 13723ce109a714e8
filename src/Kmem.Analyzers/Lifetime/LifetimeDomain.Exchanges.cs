using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <content>Places that get another value, and give the one they held.</content>
internal sealed partial class LifetimeDomain
{
    // What a place held that gets another value; null where nothing is exchanged.
    private static Value? ExchangedResult(CallSite site, PathState state) =>
        site.Contract.FindParameter(parameter => parameter.ExchangedWith is not null) is var place and >= 0 && site.Argument(place) is { } address
            ? state.Load(address)
            : null;

    // Where somebody else was first, the value is still this body's. Who does not look at the result is not told.
    private IEnumerable<CallOutcome> ExchangeIf(ExchangeContract exchange, int place, CallSite site, PathState state)
    {
        var before = CallEffects.Forget(site, state);
        if (site.Argument(place) is not { } address || site.FindArgument(exchange.Value) is not { } stored || site.FindArgument(exchange.Expected) is not { } compared)
        {
            yield return new CallOutcome(before);
            yield break;
        }

        var (value, expected) = (site.ValueOf(stored), site.ValueOf(compared));
        yield return new CallOutcome(GiveUp(value, before.Store(address, value, site.Syntax)), expected);
        if (Differ(site.Result, expected, before) is { } late)
            yield return new CallOutcome(site.Call.Operation.Parent is IExpressionStatementOperation ? GiveUp(value, late) : Keep(value, address, site, late), site.Result);
    }

    // What nobody else has, nobody has put there before.
    private static PathState Keep(Value value, Value address, CallSite site, PathState state)
    {
        var kept = state.Store(address, site.Result, site.Syntax);
        return Of(state).Objects.Find(value) is { Custody: Custody.Own } ? Differ(site.Result, value, kept) ?? kept : kept;
    }

    private static PathState? Differ(Value first, Value second, PathState state) =>
        state.Assume(new OperatorValue(Operator.Equal, first, second), truth: false)?.Assume(new OperatorValue(Operator.Equal, second, first), truth: false);
}
