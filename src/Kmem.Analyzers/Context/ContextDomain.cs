using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Context;

/// <summary>Follows atomic sections and spinlocks along the paths of a body: what sleeps inside them, and whether they are left as they should be.</summary>
internal sealed partial class ContextDomain : FlowDomain
{
    private readonly MethodGraph _graph;
    private readonly ContractTable _contracts;
    private readonly ISummarySource _summaries;
    private readonly ContextReports _reports;
    private readonly CancellationToken _cancellation;

    /// <param name="initial">What is open where the body begins.</param>
    /// <param name="reports">Where reports go.</param>
    /// <param name="isForCallers">A summary is wanted too.</param>
    public ContextDomain(
        MethodGraph graph, ContractTable contracts, ContextState initial, ISummarySource summaries, ContextReports reports, bool isForCallers, CancellationToken cancellation)
    {
        IsForCallers = isForCallers;
        Initial = initial;
        _graph = graph;
        _contracts = contracts;
        _summaries = summaries;
        _reports = reports;
        _cancellation = cancellation;
    }

    public override DomainState Initial { get; }

    public override bool IsForCallers { get; }

    public override IReports Reports => _reports;

    /// <summary>Runs a lambda that a callee invokes in place, in the context of the call.</summary>
    public System.Action<FunctionValue, ContextState>? RunInPlace { get; set; }

    /// <summary>The body is a lambda that runs inside another one: what it leaves open or closes is not the end of that.</summary>
    public bool IsInPlace { get; init; }

    public override bool Knows(Value value, DomainState domain) => ((ContextState)domain).Mentions(value);

    public override DomainEffect Summarize(PathState exit)
    {
        var state = (ContextState)exit.Domain;
        var entered = state.IsDetached ? ImmutableArray<OpenSection>.Empty : state.Open.Where(open => open.Site is not null).ToImmutableArray();
        var left = state.IsDetached ? ImmutableArray<SectionKey>.Empty : state.Left;
        return new ContextEffect(state.Sleeps, entered, left, state.Taking, state.Needing, state.IsDetached ? null : state.NotInside);
    }

    // Who calls an async method without awaiting it never waits for what stands behind its first await.
    public override PathState Await(AwaitEvent await, PathState state)
    {
        var context = (ContextState)state.Domain;
        if (context.Reason is { IsPromise: false } reason)
            _reports.Sleeps.Add(new SleepOccurrence(await.Node, "await", null, null), reason);
        return state with { Domain = context with { IsDetached = true } };
    }

    public override IEnumerable<CallOutcome> Call(CallSite site, PathState state)
    {
        var contract = site.Contract;
        CheckUse(site, (ContextState)state.Domain);
        CheckNeeds(site, state);
        var slept = SleepByContract(site, RunCallbacks(site, state));
        if (contract.TestsAtomic)
            return TestAtomic(site, slept);
        if (contract.HasContextEffect)
            return ApplyContract(site, SleepAsBody(site, slept));
        if (SummaryOf(site) is not { } summary)
            return new[] { new CallOutcome(CallEffects.Forget(site, slept)) };

        var applications = SummaryApplication.Apply(summary, site, slept).ToList();
        return applications.Where(application => !StaysByMistake(application, applications, site))
            .Select(application => ApplySummary(application, site)).OfType<CallOutcome>().ToList();
    }

    public override void Exit(ControlFlowBranch branch, PathState state)
    {
        if (IsInPlace)
            return;

        var result = state.Cells.Find(Interpreter.ReturnAddress);
        var context = result is null ? (ContextState)state.Domain : HandOver(result, (ContextState)state.Domain);
        var signs = branch.Semantics != ControlFlowBranchSemantics.Return || result is null ? Signs.Any : state.SignsOf(result);
        _reports.Balance.AddExit(() => ExitPlace.Of(branch, _graph.Graph), context, signs);
    }

    // Where the try block moves sections itself, none is known to be open or closed in its handlers.
    public override DomainState EnterHandler(DomainState domain, TriedCode tried) =>
        tried.Events.Any(MovesSections) ? (ContextState)domain with { IsBlurred = true } : domain;

    public override DomainState Rename(PathState state, SiteValue value) => ((ContextState)state.Domain).Age(value);

    private bool MovesSections(FlowEvent step) => step is CallEvent { Method: { } method }
        && (_contracts.Get(method).HasContextEffect
            || _summaries.Get(method, _cancellation)?.Cases.Any(each => ((ContextEffect)each.Effect).MovesSections) == true);

    private Summary? SummaryOf(CallSite site) => site.Contract.Body.IsAtomic ? null : _summaries.Get(site, _cancellation);

    private static IEnumerable<CallOutcome> TestAtomic(CallSite site, PathState state)
    {
        var context = (ContextState)state.Domain;
        if (state.Restrict(site.Result, Signs.NonZero) is { } atomic)
            yield return new CallOutcome(atomic with { Domain = context with { IsFoundAtomic = true } }, site.Result);
        if (context.FindNotInside(new TestedSections(site.Contract.TestedSections)) is { } found && state.Restrict(site.Result, Signs.Zero) is { } notAtomic)
            yield return new CallOutcome(notAtomic with { Domain = found }, site.Result);
    }

    private static string NameOf(CallSite site) => site.Name;

    private static string ArgumentText(CallSite site, int parameter) =>
        site.FindArgument(parameter)?.Operation.Syntax.ToString() is { } text ? text.Replace("ref ", "") : "";

    // Where the object is not written, the syntax is that of the member's name.
    private static string ReceiverText(CallSite site) => site.Call.Operation switch
    {
        IInvocationOperation { Instance: { IsImplicit: false, Syntax: var syntax } } => syntax.ToString(),
        IPropertyReferenceOperation { Instance: { IsImplicit: false, Syntax: var syntax } } => syntax.ToString(),
        _ => "",
    };
}
