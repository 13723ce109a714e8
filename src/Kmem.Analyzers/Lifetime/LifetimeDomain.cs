using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>
/// Follows memory along the paths of a body. What an allocation gave may have failed until a branch says something else; it is
/// this body's until it is released or handed over.
/// </summary>
internal sealed partial class LifetimeDomain : FlowDomain
{
    private readonly MethodGraph _graph;
    private readonly ISummarySource _summaries;
    private readonly LifetimeObserver _observer;
    private readonly CancellationToken _cancellation;
    private readonly bool _tellsOutcome;

    /// <param name="isForCallers">A summary is wanted too.</param>
    public LifetimeDomain(MethodGraph graph, ISummarySource summaries, LifetimeObserver observer, bool isForCallers, CancellationToken cancellation)
    {
        IsForCallers = isForCallers;
        _graph = graph;
        _summaries = summaries;
        _observer = observer;
        _cancellation = cancellation;
        _tellsOutcome = graph.Method is { IsAsync: false, ReturnType: var returned } && AllocationStatus.IsStatus(returned);
    }

    public override bool IsForCallers { get; }

    public override IReports? Reports => _observer is IReports own ? JoinedReports.Of(own, Inspector.Reports) : null;

    /// <summary>Rules about arguments that look on.</summary>
    public IMemoryInspector Inspector { get; init; } = NoInspector.Instance;

    public override DomainState Initial => LifetimeState.Nothing;

    public override bool IsOfInterest(Value value, DomainState domain)
    {
        var lifetime = (LifetimeState)domain;
        return lifetime.Objects.Find(Pointers.Base(value)) is not null
            || value is OperatorValue { Kind: Operator.Answer }
            || (value is SiteValue { Part: 0 or >= SummaryApplication.FirstPart } site && lifetime.IsStatus(site))
            || (IsForCallers && value is EntryValue { Address: var address } && Pointers.HoldsPointer(address));
    }

    public override bool Knows(Value value, DomainState domain) => ((LifetimeState)domain).Mentions(value);

    public override DomainEffect Summarize(PathState exit)
    {
        var state = Of(exit);
        var result = exit.Cells.Find(Interpreter.ReturnAddress);
        var allocated = state.Objects.RemoveWhere((state, result, exit), static (entry, at) => entry.Value.IsContents || at.state.Endings.Find(entry.Key) is not null
            || AllocationStatus.SaysFailure(entry.Value, at.exit)
            || (at.result?.Mentions(entry.Key) != true && !at.exit.Cells.Any(entry.Key, static (cell, memory) => cell.Value.Mentions(memory))));
        foreach (var entry in allocated)
        {
            if (entry.Value.Status is not null && AllocationStatus.SaysSuccess(entry.Value, exit))
                allocated = allocated.Set(entry.Key, entry.Value with { Status = AllocationStatus.Success });
        }

        var released = _graph.Method is { IsAsync: true } ? state.Released.RemoveAll(release => release.Value is EntryValue { Address: not VariableAddress }) : state.Released;
        return new LifetimeEffect(allocated, state.Dereferenced, released) { Demands = state.Demands, OwnDemands = _ownDemands, Returned = result is null ? null : Inspector.Describe(result), Kept = _kept.AddRange(state.Kept), Used = _used };
    }

    public override PathState? Dereference(DereferenceEvent dereference, Value pointer, PathState state) =>
        Use(pointer, dereference.Operation, UseKnown(pointer, dereference.Operation, state));

    public override PathState Store(StoreEvent store, Value address, Value value, PathState before, PathState state)
    {
        _observer.Stored(address, value, state);
        Inspector.Stored(address, value);
        state = Replace(store, address, value, before, Keep(store, address, value, state));
        var lifetime = Of(state);
        if (lifetime.Objects.Find(value) is not { Holder.Length: 0 } memory || HolderOf(store, address) is not { } holder)
            return state;

        var named = memory with { Holder = holder.Text, FailureLiteral = AllocationFailure.LiteralOf(memory, holder.Type) };
        return state with { Domain = lifetime.With(value, named) };
    }

    public override IEnumerable<CallOutcome> Call(CallSite site, PathState state)
    {
        if (PassArguments(site, ForgetParts(site, state)) is not { } passed)
            return Enumerable.Empty<CallOutcome>();

        ExposeAt(site, passed);
        var inspected = Inspect(site, passed);
        var contract = site.Contract;
        var tested = contract.FindParameter(parameter => parameter.TestsFamily is not null);
        if (tested >= 0 && site.Argument(tested) is { } candidate)
            return TestFamily(site, candidate, contract.Parameter(tested).TestsFamily!, Release(site, inspected));
        if (Releases.ConditionOf(contract) is { } when)
            return Split(when, site, inspected);

        if (contract.FindParameter(parameter => parameter.ConditionalExchange is not null) is var place and >= 0)
            return ExchangeIf(contract.Parameter(place).ConditionalExchange!, place, site, inspected);

        var released = Release(site, inspected);
        if (contract.Parameters.Any(parameter => parameter.Reallocates) && contract.Allocates is { } resized)
            return Resize(resized, site, released);
        if (contract.Allocates is not null || contract.ReturnsMaybeNull || contract.Parameters.Any(parameter => parameter.Allocates is not null))
            return new[] { new CallOutcome(Allocate(site, Leave(site, released)), Allocations.DerivedResult(site)) };
        if (_summaries.Get(site, _cancellation) is not { } summary)
            return new[] { new CallOutcome(Doubt(site, Leave(site, PassOn(site, released))), Allocations.DerivedResult(site) ?? ExchangedResult(site, released) ?? Views.Result(site, released)) };

        return Apply(summary, site, released);
    }

    private static LifetimeState Of(PathState state) => LifetimeState.Of(state);

    /// <summary>A pointer is followed, or passed where it must be good; null: on this path it is not, which is reported.</summary>
    private PathState? Use(Value pointer, IOperation operation, PathState state)
    {
        var value = Pointers.Base(pointer);
        var lifetime = Of(state);
        if (lifetime.Objects.Find(value) is { } memory)
        {
            if (!AllocationFailure.MayHaveFailed(value, memory, state))
                return state;
            if (!memory.IsDoubtful)
                _observer.UsedUnchecked(memory, operation, Held(state));
            return state.Assume(AllocationFailure.IsFailure(value, memory), truth: false);
        }

        var isUnchecked = state.SignsOf(value) == Signs.Any && value is not SiteValue;
        return isUnchecked ? Tell(lifetime.AddDereference(value), state) : state;
    }

    private PathState Tell(LifetimeState told, PathState state) =>
        ReferenceEquals(told, state.Domain) ? state : Note(state with { Domain = told });

    private PathState? PassArguments(CallSite site, PathState state)
    {
        PathState? current = state;
        foreach (var argument in site.Call.Arguments)
        {
            if (current is null || argument.Parameter is null)
                return current;

            var contract = site.Contract.Parameter(argument.Parameter.Ordinal);
            if (IsUse(contract, argument))
                current = UseKnown(site.ValueOf(argument), argument.Operation, current);
            if (contract.DisallowsNull)
                current = Use(site.ValueOf(argument), argument.Operation, current);
        }

        return current is not null && site.Contract.This.Borrows && Releases.Handle(site, current) is { } handle
            ? UseWhatIsThere(handle, Releases.ReceiverOperation(site), current)
            : current;
    }

    private static IEnumerable<CallOutcome> TestFamily(CallSite site, Value candidate, string family, PathState state)
    {
        var lifetime = Of(state);
        var value = Pointers.Base(candidate);
        if (lifetime.Objects.Find(value) is not { } memory)
        {
            yield return new CallOutcome(state);
            yield break;
        }

        yield return new CallOutcome(state with { Domain = lifetime.With(value, memory with { Family = family }) }, ConstantValue.True);
        yield return new CallOutcome(state with { Domain = lifetime.With(value, memory with { Family = "" }) }, ConstantValue.False);
    }

    // A method of which nothing is known, and that answers a question about the memory, may have checked it.
    private static PathState Doubt(CallSite site, PathState state)
    {
        if (site.Method is not { ReturnsVoid: false, ReturnType.SpecialType: SpecialType.System_Boolean } || !site.Contract.IsEmpty || Of(state).Objects.Count == 0)
            return state;

        var lifetime = Of(state);
        foreach (var value in site.Call.Arguments.Select(argument => Pointers.Base(site.ValueOf(argument))).Append(Releases.Handle(site, state)))
        {
            if (value is not null && lifetime.Objects.Find(value) is { } memory)
                lifetime = lifetime.With(value, memory with { IsDoubtful = true, Custody = Custody.None });
        }

        return state with { Domain = lifetime };
    }

    private static (string Text, ITypeSymbol? Type)? HolderOf(StoreEvent store, Value address) => (address, store.Operation) switch
    {
        (CaptureAddress, _) => null,
        (_, Microsoft.CodeAnalysis.Operations.ISimpleAssignmentOperation { Target: var target }) => (TextOf(target), target.Type),
        _ => null,
    };

    private static string TextOf(IOperation target) => target.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.VariableDeclaratorSyntax declarator
        ? declarator.Identifier.ValueText
        : target.Syntax.ToString();
}
