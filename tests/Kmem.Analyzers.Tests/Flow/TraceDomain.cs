using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Tests.Flow;

/// <summary>The calls on a path, in order. Long paths are cut, so that loops end.</summary>
internal sealed record TraceState(string Trace) : DomainState
{
    public const string Joined = "*";

    public override DomainState Join(DomainState other) => new TraceState(Joined);

    public TraceState Add(string name) => Trace.Count(letter => letter == ' ') < 4 ? new TraceState((Trace + " " + name).Trim()) : this;
}

/// <summary>Writes down which calls each path makes.</summary>
internal sealed class TraceDomain : FlowDomain
{
    private readonly List<string> _ends = [];

    public override DomainState Initial => new TraceState("");

    public override IEnumerable<CallOutcome> Call(CallSite site, PathState state) =>
        site.Method is { Name.Length: 1 } or { Name: "Dispose" or "Enter" or "Exit" } ? [new CallOutcome(Add(state, site.Method!.Name))] : [new CallOutcome(state)];

    public override PathState Await(AwaitEvent await, PathState state) => Add(state, "await");

    public override void Exit(ControlFlowBranch branch, PathState state)
    {
        string end = branch.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow ? "throw" : "return";
        _ends.Add((((TraceState)state.Domain).Trace + " " + end).Trim());
    }

    public override DomainEffect Summarize(PathState exit) => throw new NotSupportedException();

    /// <summary>What the paths through a method call, each once, sorted.</summary>
    public static string[] Paths(Snippet snippet, string method = "Test") =>
        [.. new TraceDomain().Run(snippet, method).Select(exit => ((TraceState)exit.Domain).Trace).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The same with how each path leaves the method; those that throw among them.</summary>
    public static string[] Ends(Snippet snippet, string method = "Test")
    {
        var domain = new TraceDomain();
        domain.Run(snippet, method);
        return [.. domain._ends.Distinct().Order(StringComparer.Ordinal)];
    }

    private List<PathState> Run(Snippet snippet, string method)
    {
        var solver = new Solver(snippet.Graph(method), this, snippet.Program, CancellationToken.None);
        List<PathState> exits = solver.Run(new PathState(Initial));
        Xunit.Assert.False(solver.GaveUp);
        return exits;
    }

    private static PathState Add(PathState state, string name) => state with { Domain = ((TraceState)state.Domain).Add(name) };
}
