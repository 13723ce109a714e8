using System.Collections.Concurrent;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>The bodies that some analysis gave up on. It says so to those who wonder why nothing is reported there.</summary>
internal sealed class GivenUpBodies
{
    private readonly ConcurrentDictionary<SyntaxNode, bool> _bodies = new();

    public void Add(MethodGraph graph) => _bodies[graph.Syntax] = true;

    /// <summary>The report about a body that was given up; null for others.</summary>
    public Diagnostic? ReportOn(MethodGraph graph) =>
        _bodies.ContainsKey(graph.Syntax) ? Diagnostic.Create(Rules.AnalysisGivenUp, graph.Location, graph.Name) : null;
}
