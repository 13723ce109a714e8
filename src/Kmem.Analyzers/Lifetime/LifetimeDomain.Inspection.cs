using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <content>Rules about a call's arguments look on: at each call, and at what its callee hands on.</content>
internal sealed partial class LifetimeDomain
{
    private PathState Inspect(CallSite site, PathState state)
    {
        state = Inspector.Called(site, state);
        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is { } parameter && site.Contract.Parameter(parameter.Ordinal).SaysWhatMayBePassed)
                state = Judge(new Demand(site.Method!, parameter.Ordinal, site.ValueOf(argument)), argument.Operation, site, state);
        }

        return state;
    }

    private PathState InspectCallee(LifetimeEffect effect, SummaryApplication application, CallSite site, PathState state)
    {
        foreach (var demand in effect.Demands)
        {
            if (ArgumentBehind(demand.Value, site) is not { } argument || site.Contract.Parameter(argument.Parameter!.Ordinal).SaysWhatMayBePassed)
                continue;

            var here = demand with { Value = application.Translate(demand.Value), Way = demand.Way.Insert(0, site.Syntax) };
            state = Judge(here, argument.Operation, site, state);
        }

        return state;
    }

    private PathState Judge(Demand demand, IOperation argument, CallSite site, PathState state) =>
        !Inspector.Judge(demand, argument, site, state) && demand.DependsOnCaller ? Tell(Of(state).AddDemand(demand), state) : state;
}
