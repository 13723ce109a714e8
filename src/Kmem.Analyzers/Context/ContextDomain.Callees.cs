using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <content>What methods and lambdas behind a call do, as their bodies tell.</content>
internal sealed partial class ContextDomain
{
    private PathState RunCallbacks(CallSite site, PathState state)
    {
        foreach (var argument in site.Call.Arguments)
        {
            if (argument.Parameter is not { } parameter || !site.Contract.Parameter(parameter.Ordinal).IsInvokedInPlace
                || site.ValueOf(argument) is not FunctionValue function)
                continue;
            if (RunInPlace is not null && function.Lambda is not null && state.Domain is ContextState { Reason: not null } context)
                RunInPlace(function, context);
            else
                state = SleepInCallback(function, site, state);
        }

        return state;
    }

    private PathState SleepInCallback(FunctionValue function, CallSite site, PathState state)
    {
        if (_summaries.Get(function.Method, _cancellation) is not { } summary)
            return state;

        return SummaryApplication.Apply(summary, site, state)
            .SelectMany(application => ((ContextEffect)application.Case.Effect).Sleeps.Select(sleep => (Application: application, Sleep: sleep)))
            .Aggregate(state, (slept, each) => SleepInCallee(each.Sleep, each.Application, site, slept));
    }

    // What a contract says of sections and locks leaves open whether the body sleeps.
    private PathState SleepAsBody(CallSite site, PathState state)
    {
        if (site.Contract.Sleep != SleepContract.Unspecified || SummaryOf(site) is not { } summary)
            return state;

        // What sleeps before the body has left the section that it begins in, is reported in the body.
        var beginsInside = site.Contract.Sections.Any(section => !section.Enters) || site.Contract.Locks.Any(effect => !effect.Acquires);
        foreach (var application in SummaryApplication.Apply(summary, site, state))
        {
            foreach (var sleep in ((ContextEffect)application.Case.Effect).Sleeps.Where(sleep => !beginsInside || !sleep.Left.IsEmpty))
                state = SleepInCallee(sleep, application, site, state);
        }

        return state;
    }

    // Null: the callee does not end this way here.
    private CallOutcome? ApplySummary(SummaryApplication application, CallSite site)
    {
        var effect = (ContextEffect)application.Case.Effect;
        var state = application.State;
        var notInside = effect.NotInside is { } tested ? ((ContextState)state.Domain).FindNotInside(tested) : (ContextState)state.Domain;
        if (notInside is null)
            return null;

        foreach (var sleep in effect.Sleeps)
            state = SleepInCallee(sleep, application, site, state);
        if (effect.Takes is { } taken)
            CheckTaken(taken with { Section = Translate(taken.Section, application) }, site, state);
        if (!application.Case.Returns)
            return null;

        var context = (ContextState)state.Domain;
        if (effect.NotInside is not null)
            context = notInside with { Sleeps = context.Sleeps };
        foreach (var left in effect.Leaves)
            context = Leave(context, Translate(left, application), left.Name, site);
        foreach (var entered in effect.Enters)
            context = Enter(context, OpenSection.Entered(entered.Kind, Translate(entered.Identity, application).Key, site.Syntax, entered.Name), site);
        return new CallOutcome(state with { Domain = context }, application.Result);
    }

    private static SectionKey Translate(SectionKey section, SummaryApplication application) =>
        section.Key is null ? section : section with { Key = application.Translate(section.Key) };

    private PathState SleepInCallee(SleepEffect sleep, SummaryApplication application, CallSite site, PathState state)
    {
        if (site.Contract.Sleep != SleepContract.Unspecified)
            return state;

        var context = (ContextState)state.Domain;
        foreach (var left in sleep.Left)
            context = context.Leave(left.Kind, Translate(left, application).Key);

        var occurrence = new SleepOccurrence(site.Call.Node, NameOf(site), site.Method, FlagsOf(sleep, application, site))
        {
            Way = sleep.Way,
            Sleeper = sleep.Sleeper,
            Guard = sleep.IsGuarded ? sleep.Guard : null,
        };
        var slept = Sleep(occurrence, state with { Domain = context });
        var noted = ((ContextState)slept.Domain).Sleeps;
        return slept with { Domain = (ContextState)state.Domain with { Sleeps = noted } };
    }

    private static FlagsArgument? FlagsOf(SleepEffect sleep, SummaryApplication application, CallSite site)
    {
        if (sleep.Flags is null)
            return null;

        var value = application.Translate(sleep.Flags);
        var argument = site.Call.Arguments.FirstOrDefault(candidate =>
            candidate.Parameter is { } parameter && sleep.Flags.Mentions(new VariableAddress(parameter.OriginalDefinition)));
        return new FlagsArgument(value, argument?.Operation.Syntax, argument?.Parameter?.Type);
    }
}
