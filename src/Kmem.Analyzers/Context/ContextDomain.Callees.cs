using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

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
                RunInPlace(function, KeepsContext(site) ? context : context with { IsBlurred = true });
            else
                state = ApplyCallback(function, parameter, site, state);
        }

        return state;
    }

    private PathState ApplyCallback(FunctionValue function, IParameterSymbol parameter, CallSite site, PathState state)
    {
        if (_summaries.Get(function.Method, _cancellation) is not { } summary)
            return state;

        var isContextSaid = site.Contract.Parameter(parameter.Ordinal).Callback.IsSpecified || _contracts.CallbackOf(parameter.Type).IsSpecified;
        var slept = state;
        foreach (var application in SummaryApplication.Apply(summary, site, state))
        {
            var effect = (ContextEffect)application.Case.Effect;
            foreach (var sleep in effect.Sleeps)
                slept = SleepInCallee(sleep, application, site, slept);
            if (effect.Needs is { } need && !isContextSaid && KeepsContext(site))
                CheckNeed(Translate(need, application), site, state);
        }

        return slept;
    }

    // What takes a lock around its callback gives it another context than that of the call.
    private bool KeepsContext(CallSite site) =>
        SummaryOf(site) is not { } summary || summary.Cases.All(each => each.Effect is ContextEffect { Takes: null, MovesSections: false });

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
        if (effect.Needs is { } need)
            CheckNeed(Translate(need, application), site, state);
        if (!application.Case.Returns)
            return null;

        var context = (ContextState)state.Domain;
        if (effect.NotInside is not null)
            context = notInside with { Sleeps = context.Sleeps };
        foreach (var left in effect.Leaves)
            context = Leave(context, Translate(left, application), left.Name, site);
        var before = context;
        foreach (var entered in effect.Enters)
            context = Enter(context, OpenSection.Entered(entered.Kind, Translate(entered.Identity, application).Key, site.Syntax, entered.Name), before, site);
        if (effect.GathersSections)
            _reports.Balance.NoteRepeated(site.Syntax);
        return new CallOutcome(state with { Domain = context }, application.Result);
    }

    // A callee that leaves a section only if it is inside (a guard asks its flag) leaves it here, where the body has entered it.
    private static bool StaysByMistake(SummaryApplication application, List<SummaryApplication> all, CallSite site) =>
        all.Count > 1 && application.Case.Returns && EffectOf(application).Leaves.IsEmpty
        && all.Exists(other => other.Case.Returns && !IsToldApart(application, other, site) && EffectOf(other).Leaves.Any(left => IsEnteredHere(left, other)));

    private static ContextEffect EffectOf(SummaryApplication application) => (ContextEffect)application.Case.Effect;

    private static bool IsEnteredHere(SectionKey left, SummaryApplication application)
    {
        var context = (ContextState)application.State.Domain;
        var index = context.FindLeft(left.Kind, Translate(left, application).Key);
        return index >= 0 && context.Open[index].Site is not null;
    }

    // By its result, or by what it was passed; what a field holds, or what the callee asked of others, this body has not seen.
    private static bool IsToldApart(SummaryApplication first, SummaryApplication second, CallSite site)
    {
        var isResultSeen = site.Call.Operation.Parent is not IExpressionStatementOperation
            && !(Equals(first.Case.Result, second.Case.Result) && Equals(first.Case.ResultFact, second.Case.ResultFact));
        return isResultSeen || DiffersInArgument(first, second) || DiffersInArgument(second, first);
    }

    private static bool DiffersInArgument(SummaryApplication first, SummaryApplication second) => first.Case.Conditions.Any(
        second.Case.Conditions, static (condition, others) => !IsOfPlace(condition.Key) && !condition.Value.Equals(others.Find(condition.Key)));

    private static bool IsOfPlace(Value value) => value is EntryValue { Address: not VariableAddress } || value.Parts.Any(IsOfPlace);

    private static SectionKey Translate(SectionKey section, SummaryApplication application) =>
        section.Key is null ? section : section with { Key = application.Translate(section.Key) };

    private static NeedEffect Translate(NeedEffect need, SummaryApplication application) =>
        need.Lock is null ? need : need with { Lock = Translate(need.Lock, application) };

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
        if (occurrence.Flags is { } flags)
            CheckPassedFlags(flags, sleep, occurrence, application, state);
        var slept = Sleep(occurrence, state with { Domain = context });
        var noted = ((ContextState)slept.Domain).Sleeps;
        return slept with { Domain = (ContextState)state.Domain with { Sleeps = noted } };
    }

    // Flags that the callee uses under a lock of its own, keeps, or may use for more than is told, are to be what they are.
    private void CheckPassedFlags(FlagsArgument flags, SleepEffect sleep, SleepOccurrence occurrence, SummaryApplication application, PathState state)
    {
        if (flags.Syntax is null || flags.Syntax == occurrence.Node.AsNode() || !WatchesAtomicFlags)
            return;

        var effect = (ContextEffect)application.Case.Effect;
        var isAllSaid = !sleep.IsGuarded && sleep.Left.IsEmpty && effect.Sleeps.Length < ContextState.MaxSleeps
            && !application.Case.Writes.Any(sleep.Flags!, static (write, passed) => write.Value.Equals(passed));
        if (isAllSaid)
            CheckAtomicFlags(flags, occurrence, state);
        else
            _reports.Needs.AddOtherFlags(flags.Syntax);
    }

    private static FlagsArgument? FlagsOf(SleepEffect sleep, SummaryApplication application, CallSite site)
    {
        if (sleep.Flags is null)
            return null;

        var value = application.Translate(sleep.Flags);
        var argument = site.Call.Arguments.FirstOrDefault(candidate => candidate.IsBehind(sleep.Flags));
        return new FlagsArgument(value, argument?.Operation.Syntax, argument?.Parameter?.Type);
    }
}
