using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Microsoft.CodeAnalysis;

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
    public override DomainState Initial => new TraceState("");

    public override IEnumerable<CallOutcome> Call(CallSite site, PathState state) =>
        site.Method is { Name.Length: 1 } or { Name: "Dispose" or "Enter" or "Exit" } ? [new CallOutcome(Add(state, site.Method!.Name))] : [new CallOutcome(state)];

    public override PathState Await(AwaitEvent await, PathState state) => Add(state, "await");

    public override DomainEffect Summarize(PathState exit) => throw new NotSupportedException();

    /// <summary>What the paths through a method call, each once, sorted.</summary>
    public static string[] Paths(Snippet snippet, string method = "Test")
    {
        var domain = new TraceDomain();
        var solver = new Solver(snippet.Graph(method), domain, snippet.Program, CancellationToken.None);
        List<PathState> exits = solver.Run(new PathState(domain.Initial));
        Xunit.Assert.False(solver.GaveUp);
        return [.. exits.Select(exit => ((TraceState)exit.Domain).Trace).Distinct().Order(StringComparer.Ordinal)];
    }

    private static PathState Add(PathState state, string name) => state with { Domain = ((TraceState)state.Domain).Add(name) };
}
