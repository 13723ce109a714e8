using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// One analysis: what it keeps on a path, and what each event does to that. The solver asks; a domain answers with the paths
/// that go on.
/// </summary>
internal abstract class FlowDomain
{
    /// <summary>What the analysis knows where the body begins.</summary>
    public abstract DomainState Initial { get; }

    /// <summary>A call: the ways it can end. No outcome: it does not return.</summary>
    public abstract IEnumerable<CallOutcome> Call(CallSite site, PathState state);

    /// <summary>What a call of the body means to its caller, where the body returns in this state.</summary>
    public abstract DomainEffect Summarize(PathState exit);

    /// <summary>The run is for a summary: what is said of parameters is of use to callers.</summary>
    public virtual bool IsForCallers => false;

    /// <summary>What was found in the body; null where that is nothing, or nobody asks.</summary>
    public virtual IReports? Reports => null;

    /// <summary>States in which something came about that callers are told of, whether or not the path ever returns.</summary>
    public List<PathState> Effects { get; } = new();

    /// <summary>Whether what a branch says of a value is of use to the analysis, however seldom it is tested.</summary>
    public virtual bool IsOfInterest(Value value, DomainState domain) => false;

    /// <summary>Whether the analysis has something to say of a value, or of what is behind it.</summary>
    public virtual bool Knows(Value value, DomainState domain) => false;

    public virtual PathState Await(AwaitEvent await, PathState state) => state;

    /// <summary>A pointer or reference is followed; null: the path ends here.</summary>
    public virtual PathState? Dereference(DereferenceEvent dereference, Value pointer, PathState state) => state;

    /// <summary>A value was written to a place.</summary>
    /// <param name="before">The path in front of it, on which the place still holds what it held.</param>
    public virtual PathState Store(StoreEvent store, Value address, Value value, PathState before, PathState state) => state;

    /// <summary>A place is read.</summary>
    public virtual PathState Load(LoadEvent load, Value address, PathState state) => state;

    public virtual PathState Escape(IOperation operation, Value value, PathState state) => state;

    public virtual PathState Leave(FlowEvent exit, Value? value, PathState state) => state;

    /// <summary>The body is left for good, behind every <c>finally</c> on the way: by its end, a return, or an exception that nothing here may catch.</summary>
    public virtual void Exit(ControlFlowBranch branch, PathState state)
    {
    }

    /// <summary>A handler may start after any part of its try block.</summary>
    /// <param name="domain">What was known where the try block began.</param>
    /// <param name="tried">All that the try block does.</param>
    public virtual DomainState EnterHandler(DomainState domain, TriedCode tried) => domain;

    /// <summary>An expression is evaluated again: what it gave before gets another name.</summary>
    /// <param name="state">The path on which it still has the old one.</param>
    public virtual DomainState Rename(PathState state, SiteValue value) => state.Domain;

    /// <summary>The values of an expression that the analysis remembers by themselves or as parts of others; they have to be renamed where it is evaluated again.</summary>
    public virtual IEnumerable<SiteValue> Remembered(SyntaxNode expression, DomainState domain) => Array.Empty<SiteValue>();

    /// <summary>The path on which an expression is evaluated again: what it gave before has another name there, also for the analysis.</summary>
    public PathState Age(PathState state, SiteValue value)
    {
        var aged = state.Age(value);
        var domain = Rename(state, value);
        return ReferenceEquals(domain, aged.Domain) ? aged : aged with { Domain = domain };
    }

    /// <summary>A branch was followed, its <c>finally</c> blocks run, and the variables whose scope it leaves dropped.</summary>
    /// <param name="before">The path on which they were still there.</param>
    public virtual PathState Follow(ControlFlowBranch branch, PathState before, PathState state) => state;

    /// <summary>Notes a state in which something came about that callers are told of.</summary>
    protected PathState Note(PathState state)
    {
        const int MaxEffects = 16;
        if (IsForCallers && Effects.Count < MaxEffects)
            Effects.Add(state);
        return state;
    }
}
