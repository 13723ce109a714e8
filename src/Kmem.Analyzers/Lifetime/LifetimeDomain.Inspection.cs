using System.Collections.Immutable;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <content>Rules about a call's arguments look on: at each call, and at what its callee hands on.</content>
internal sealed partial class LifetimeDomain
{
    // On whatever path: kept on each, they would part paths that nothing else parts.
    private ImmutableArray<ConditionalDemand> _ownDemands = ImmutableArray<ConditionalDemand>.Empty;

    private PathState Inspect(CallSite site, PathState state)
    {
        state = Inspector.Called(site, state);
        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is { } parameter && site.Contract.Parameter(parameter.Ordinal).SaysWhatMayBePassed)
                state = Judge(new Demand(site.Method!, parameter.Ordinal, site.ValueOf(argument), site.Syntax, argument.Operation.Syntax), argument.Operation, site, state);
        }

        return state;
    }

    private PathState InspectCallee(LifetimeEffect effect, SummaryApplication application, CallSite site, PathState state)
    {
        foreach (var demand in effect.Demands)
        {
            if (ArgumentBehind(demand.Value, site) is not { } argument || site.Contract.Parameter(argument.Parameter!.Ordinal).SaysWhatMayBePassed)
                continue;

            state = Judge(AtCaller(demand, application, site), argument.Operation, site, state);
        }

        if (IsRunByCall(site))
        {
            foreach (var own in effect.OwnDemands)
            {
                if (application.Assume(own.Conditions, state) is { } met)
                    Judge(AtCaller(own.Demand, application, site), site.Call.Operation, site, met);
            }
        }

        return state;
    }

    // What one outcome gives anew, another may have found somewhere: of a value that may be either, nothing is known.
    private void Receive(List<SummaryApplication> applications, CallSite site, PathState state)
    {
        if (!applications.Exists(application => ReturnedBy(application) is not null))
            return;

        foreach (var application in applications)
        {
            if (!application.Case.Returns || (application.Result is { } result && !result.Equals(site.Result)))
                continue;

            var returned = ReturnedBy(application);
            Inspector.Received(site, returned is null ? null : returned with { Flags = returned.Flags is { } flags ? application.Translate(flags) : null }, state);
        }
    }

    private static ReturnedMemory? ReturnedBy(SummaryApplication application) => ((LifetimeEffect)application.Case.Effect).Returned;

    private static Demand AtCaller(Demand demand, SummaryApplication application, CallSite site) =>
        demand with { Value = application.Translate(demand.Value), Way = demand.Way.Insert(0, site.Syntax) };

    // What is awaited later, or never, runs in a context of its own.
    private static bool IsRunByCall(CallSite site) => site.Method is not { IsAsync: true } || site.Call.Operation.Parent is IAwaitOperation;

    private PathState Judge(Demand demand, IOperation argument, CallSite site, PathState state)
    {
        switch (Inspector.Judge(demand, argument, site, state))
        {
            case Verdict.DependsOnValue when demand.DependsOnCaller:
                return Tell(Of(state).AddDemand(demand), state);
            case Verdict.DependsOnContext when _graph.Method is { } method:
                NoteOwn(demand, state.Facts.RemoveWhere(method, static (fact, owner) => !SummaryBuilder.IsExpressible(fact.Key, owner)));
                return state;
            default:
                return state;
        }
    }

    private void NoteOwn(Demand demand, ValueMap<Fact> conditions)
    {
        var known = _ownDemands.FirstOrDefault(own => own.Demand.Equals(demand));
        if (known is not null)
            _ownDemands = _ownDemands.Replace(known, known with { Conditions = known.Conditions.Intersect(conditions) });
        else if (_ownDemands.Length < MaxNoted)
            _ownDemands = _ownDemands.Add(new ConditionalDemand(demand, conditions));
    }
}
