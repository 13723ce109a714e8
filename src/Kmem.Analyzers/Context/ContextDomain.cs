using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>Follows atomic sections and spinlocks along the paths of a body, and finds what sleeps inside them.</summary>
internal sealed class ContextDomain : FlowDomain
{
    private readonly ISummarySource _summaries;
    private readonly SleepReports _reports;
    private readonly CancellationToken _cancellation;

    /// <param name="initial">What is open where the body begins.</param>
    /// <param name="reports">Where reports go.</param>
    /// <param name="isForCallers">A summary is wanted too.</param>
    public ContextDomain(ContextState initial, ISummarySource summaries, SleepReports reports, bool isForCallers, CancellationToken cancellation)
    {
        IsForCallers = isForCallers;
        Initial = initial;
        _summaries = summaries;
        _reports = reports;
        _cancellation = cancellation;
    }

    public override DomainState Initial { get; }

    public override bool IsForCallers { get; }

    public override IReports Reports => _reports;

    /// <summary>Runs a lambda that a callee invokes in place, in the context of the call.</summary>
    public System.Action<FunctionValue, ContextState>? RunInPlace { get; set; }

    public override DomainEffect Summarize(PathState exit)
    {
        var state = (ContextState)exit.Domain;
        var entered = state.IsDetached ? ImmutableArray<OpenSection>.Empty : state.Open.Where(open => open.Site is not null).ToImmutableArray();
        var left = state.IsDetached ? ImmutableArray<LeftSection>.Empty : state.Left;
        return new ContextEffect(state.Sleeps, entered, left, state.IsFoundNotAtomic && !state.IsDetached);
    }

    // Who calls an async method without awaiting it never waits for what stands behind its first await.
    public override PathState Await(AwaitEvent await, PathState state)
    {
        var context = (ContextState)state.Domain;
        if (context.Reason is { } reason)
            _reports.Add(new SleepOccurrence(await.Node, "await", null, null), reason);
        return state with { Domain = context with { IsDetached = true } };
    }

    public override IEnumerable<CallOutcome> Call(CallSite site, PathState state)
    {
        var contract = site.Contract;
        var slept = SleepByContract(site, RunCallbacks(site, state));
        if (contract.TestsAtomic)
            return TestAtomic(site, slept);
        if (contract.HasContextEffect)
            return ApplyContract(site, SleepAsBody(site, slept));
        if (SummaryOf(site) is not { } summary)
            return new[] { new CallOutcome(CallEffects.Forget(site, slept)) };

        return SummaryApplication.Apply(summary, site, slept).Select(application => ApplySummary(application, site)).OfType<CallOutcome>().ToList();
    }

    private Summary? SummaryOf(CallSite site) => site.Contract.Body.IsAtomic ? null : _summaries.Get(site, _cancellation);

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

    private PathState SleepByContract(CallSite site, PathState state)
    {
        var contract = site.Contract;
        if (contract.Sleep == SleepContract.Might && !IsZeroTimeout(site))
            return Sleep(new SleepOccurrence(site.Call.Node, NameOf(site), site.Method, null), state);
        if (contract.Sleep != SleepContract.ByFlags)
            return state;

        var ordinal = contract.FindParameter(parameter => parameter.IsFlags);
        if (site.FindArgument(ordinal) is not { Parameter: { } parameter } argument)
            return state;

        var flags = new FlagsArgument(site.ValueOf(argument), argument.Operation.Syntax, parameter.Type);
        return Sleep(new SleepOccurrence(site.Call.Node, NameOf(site), site.Method, flags), state);
    }

    // A timeout of zero only asks.
    private static bool IsZeroTimeout(CallSite site)
    {
        var ordinal = site.Contract.FindParameter(parameter => parameter.ZeroTimeoutNeverSleeps);
        return site.Argument(ordinal) switch
        {
            ConstantValue { Bits: 0 } => true,
            EntryValue { Address: FieldAddress { Target: null, Field.Name: "Zero" } } => true,
            _ => false,
        };
    }

    private static IEnumerable<CallOutcome> TestAtomic(CallSite site, PathState state)
    {
        var context = (ContextState)state.Domain;
        if (state.Restrict(site.Result, Signs.NonZero) is { } atomic)
            yield return new CallOutcome(atomic, site.Result);
        if (!context.HasEntered && state.Restrict(site.Result, Signs.Zero) is { } notAtomic)
            yield return new CallOutcome(notAtomic with { Domain = context.FindNotAtomic() }, site.Result);
    }

    private IEnumerable<CallOutcome> ApplyContract(CallSite site, PathState state)
    {
        var forgotten = CallEffects.Forget(site, state);
        var condition = site.Contract.Locks.Select(effect => effect.When).FirstOrDefault(when => when != Outcome.Always);
        if (CallOutcomes.With(condition, site, forgotten) is { } happened)
            yield return happened with { State = Apply(site, happened.State, condition) };
        if (CallOutcomes.Without(condition, site, forgotten) is { } otherwise)
            yield return otherwise with { State = Apply(site, otherwise.State, Outcome.Always) };
    }

    private PathState Apply(CallSite site, PathState state, Outcome outcome)
    {
        var context = (ContextState)state.Domain;
        foreach (var section in site.Contract.Sections)
        {
            var key = section.Parameter < 0 ? null : site.Argument(section.Parameter);
            context = section.Enters
                ? context.Enter(OpenSection.Entered(section.Section, key, site.Syntax, ArgumentText(site, section.Parameter)))
                : Leave(context, section.Section, key, site);
        }

        foreach (var effect in site.Contract.Locks.Where(effect => effect.When == Outcome.Always || effect.When == outcome))
        {
            var (key, name) = LockOf(effect, site, state);
            context = effect.Acquires
                ? context.Enter(OpenSection.Entered(OpenSection.Spinlock, key, site.Syntax, name))
                : Leave(context, OpenSection.Spinlock, key, site);
        }

        return state with { Domain = context };
    }

    private ContextState Leave(ContextState context, string kind, Value? key, CallSite site)
    {
        if (context.FindLeft(kind, key) is var index and >= 0 && context.Open[index].Site is { } entered)
            _reports.RecordLeave(entered, site.Syntax);
        return context.Leave(kind, key);
    }

    private static (Value? Key, string Name) LockOf(LockEffect effect, CallSite site, PathState state)
    {
        if (effect.Parameter >= 0)
            return (site.Argument(effect.Parameter), ArgumentText(site, effect.Parameter));
        if (effect.Path.Length > 0)
            return (LockPath.AddressAt(effect.Path, site, state), effect.Path);

        return (site.Receiver, ReceiverText(site));
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
        if (effect.IsFoundNotAtomic && ((ContextState)state.Domain).HasEntered)
            return null;

        foreach (var sleep in effect.Sleeps)
            state = SleepInCallee(sleep, application, site, state);
        if (!application.Case.Returns)
            return null;

        var context = (ContextState)state.Domain;
        if (effect.IsFoundNotAtomic)
            context = context.FindNotAtomic();
        foreach (var left in effect.Leaves)
            context = Leave(context, left.Kind, Translate(left.Key, application), site);
        foreach (var entered in effect.Enters)
            context = context.Enter(OpenSection.Entered(entered.Kind, Translate(entered.Key, application), site.Syntax, entered.Name));
        return new CallOutcome(state with { Domain = context }, application.Result);
    }

    private static Value? Translate(Value? value, SummaryApplication application) => value is null ? null : application.Translate(value);

    private PathState SleepInCallee(SleepEffect sleep, SummaryApplication application, CallSite site, PathState state)
    {
        if (site.Contract.Sleep != SleepContract.Unspecified)
            return state;

        var context = (ContextState)state.Domain;
        foreach (var left in sleep.Left)
            context = context.Leave(left.Kind, Translate(left.Key, application));

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

    /// <summary>Something sleeps here, or may: reported where a section is open, and told to callers.</summary>
    private PathState Sleep(SleepOccurrence occurrence, PathState state)
    {
        var context = (ContextState)state.Domain;
        var mustSleep = occurrence.Flags is not { } flags || AllocationFlags.MaySleep(flags, state) == true;
        var mayNotSleep = occurrence.Flags is { } decided && AllocationFlags.MaySleep(decided, state) == false;
        if (mayNotSleep)
            return state;

        var reason = occurrence.Guard ?? context.Reason;
        if (mustSleep && reason is not null)
            _reports.Add(occurrence, reason);

        // What depends on the flags that this method was given, is for its callers to answer.
        var isOpen = occurrence.Flags is not null && !mustSleep;
        if ((reason is null && mustSleep) || isOpen)
            return Tell(context.AddSleep(EffectOf(occurrence, context, isOpen, reason)), state);

        return state;
    }

    private PathState Tell(ContextState told, PathState state) =>
        ReferenceEquals(told, state.Domain) ? state : Note(state with { Domain = told });

    private static SleepEffect EffectOf(SleepOccurrence occurrence, ContextState context, bool isOpen, OpenSection? reason) =>
        new(isOpen ? occurrence.Flags!.Value : null, context.Left, isOpen && reason is { Site: not null } or { Kind: OpenSection.Body })
        {
            Way = occurrence.Way.Insert(0, occurrence.Node),
            Sleeper = occurrence.Sleeper.Length > 0 ? occurrence.Sleeper : occurrence.Name,
            Guard = reason,
        };

    private static string NameOf(CallSite site) => site.Method switch
    {
        _ when site.Call.Node.IsToken => site.Call.Node.ToString(),
        null => site.Syntax.ToString(),
        { MethodKind: MethodKind.Constructor } method => method.ContainingType.Name,
        { AssociatedSymbol: IPropertySymbol property } => property.Name,
        { Name.Length: 0 } => "lambda",
        { } method => method.Name,
    };

    private static string ArgumentText(CallSite site, int parameter) =>
        site.FindArgument(parameter)?.Operation.Syntax.ToString() is { } text ? text.Replace("ref ", "") : "";

    private static string ReceiverText(CallSite site) =>
        site.Call.Operation is Microsoft.CodeAnalysis.Operations.IInvocationOperation { Instance.Syntax: var syntax } ? syntax.ToString() : "";
}
