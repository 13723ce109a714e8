using Kmem.Analyzers.Contracts;
using System.Collections.Concurrent;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow.Summaries;

/// <summary>
/// The summaries of one analysis, made when a caller asks for them, callees first, and kept for the compilation. Methods that
/// call each other are summarised together, until nothing changes. The same run finds what is to be reported in the body.
/// </summary>
internal sealed class SummaryTable : ISummarySource
{
    /// <summary>How many methods one question may make the table summarise.</summary>
    public const int MaxMethodsPerRequest = 10_000;

    /// <summary>How often methods that call each other are gone over before they are given up as unknown.</summary>
    public const int MaxRounds = 6;

    private readonly AnalyzedProgram _program;
    private readonly Func<IMethodSymbol, bool> _mayMatter;
    private readonly Func<MethodGraph, ISummarySource, FlowDomain> _createDomain;
    private readonly ConcurrentDictionary<IMethodSymbol, Entry> _entries = new(SymbolEqualityComparer.Default);
    private readonly Claims _claims = new();

    /// <param name="mayMatter">A quick question that spares most methods the work: can this one make a difference?</param>
    public SummaryTable(
        AnalyzedProgram program,
        Func<IMethodSymbol, bool> mayMatter,
        Func<MethodGraph, ISummarySource, FlowDomain> createDomain)
    {
        _program = program;
        _mayMatter = mayMatter;
        _createDomain = createDomain;
    }

    public Summary? Get(IMethodSymbol method, CancellationToken cancellation)
    {
        var definition = ContractTable.DefinitionOf(method);
        if (!IsCandidate(definition))
            return null;
        if (!_entries.ContainsKey(definition))
            new Request(this, cancellation).Run(definition);

        return _entries.TryGetValue(definition, out var entry) ? entry.Summary : null;
    }

    /// <summary>What the analysis finds in a body that begins as a summary supposes.</summary>
    public IReports? FindReports(MethodGraph graph, CancellationToken cancellation)
    {
        if (graph.Method is not { MethodKind: not MethodKind.AnonymousFunction } method)
            return Summarize(graph, this, cancellation).Reports;

        var definition = ContractTable.DefinitionOf(method);
        if (!_entries.ContainsKey(definition))
            new Request(this, cancellation, graph).Run(definition);
        return _entries.TryGetValue(definition, out var entry) ? entry.Reports : null;
    }

    private Entry Summarize(MethodGraph? graph, ISummarySource summaries, CancellationToken cancellation)
    {
        if (graph is null)
            return default;

        var domain = _createDomain(graph, new AskedOnce(summaries));
        var solver = new Solver(graph, domain, _program, cancellation);
        var exits = solver.Run(new PathState(domain.Initial));
        var summary = solver.GaveUp || graph.Method is null ? null : SummaryBuilder.Build(graph, exits, domain);
        return new Entry(summary, domain.Reports);
    }

    private bool IsCandidate(IMethodSymbol definition) => GraphSource.IsReadable(definition) && _mayMatter(definition);

    private readonly record struct Entry(Summary? Summary, IReports? Reports);

    /// <summary>Tarjan's algorithm with a stack of its own: call chains may be longer than the thread's stack is deep.</summary>
    private sealed class Request
    {
        private readonly SummaryTable _table;
        private readonly CancellationToken _cancellation;
        private readonly MethodGraph? _rootGraph;
        private readonly Dictionary<IMethodSymbol, Node> _nodes = new(SymbolEqualityComparer.Default);
        private readonly Stack<Node> _path = new();
        private readonly Stack<Node> _component = new();

        /// <param name="rootGraph">The graph of the method that is asked for, where it is there already.</param>
        public Request(SummaryTable table, CancellationToken cancellation, MethodGraph? rootGraph = null)
        {
            _table = table;
            _cancellation = cancellation;
            _rootGraph = rootGraph;
        }

        public void Run(IMethodSymbol root)
        {
            Open(root);
            while (_path.Count > 0)
            {
                var node = _path.Peek();
                if (node.NextCallee < node.Callees.Count)
                    Descend(node, node.Callees[node.NextCallee++]);
                else
                    Close(node);
            }
        }

        private void Open(IMethodSymbol method)
        {
            _cancellation.ThrowIfCancellationRequested();
            var (graph, callees) = Read(method);
            var node = new Node(method, graph, _nodes.Count, callees);
            _nodes.Add(method, node);
            _path.Push(node);
            _component.Push(node);
        }

        // Code nested deeper than the thread's stack is as good as not there.
        private (MethodGraph? Graph, List<IMethodSymbol> Callees) Read(IMethodSymbol method)
        {
            try
            {
                return _nodes.Count < MaxMethodsPerRequest && GraphOf(method) is { } graph
                    ? (graph, Callees(graph))
                    : (null, new List<IMethodSymbol>());
            }
            catch (InsufficientExecutionStackException)
            {
                return (null, new List<IMethodSymbol>());
            }
        }

        private MethodGraph? GraphOf(IMethodSymbol method) =>
            _nodes.Count == 0 && _rootGraph is not null ? _rootGraph : _table._program.Graphs.Find(method, _cancellation);

        private List<IMethodSymbol> Callees(MethodGraph graph)
        {
            var callees = new List<IMethodSymbol>();
            foreach (var step in graph.AllEvents())
            {
                var called = step switch
                {
                    CallEvent { IsExact: true } call => call.Method,
                    FunctionEvent function => function.Method,
                    _ => null,
                };
                if (called is not null && ContractTable.DefinitionOf(called) is var callee && !callees.Contains(callee, SymbolEqualityComparer.Default) && _table.IsCandidate(callee))
                    callees.Add(callee);
            }

            return callees;
        }

        private void Descend(Node caller, IMethodSymbol callee)
        {
            if (_table._entries.ContainsKey(callee))
                return;
            if (!_nodes.TryGetValue(callee, out var node))
                Open(callee);
            else if (node.IsOpen)
                caller.Lowest = Math.Min(caller.Lowest, node.Index);
        }

        private void Close(Node node)
        {
            _path.Pop();
            if (_path.Count > 0)
                _path.Peek().Lowest = Math.Min(_path.Peek().Lowest, node.Lowest);
            if (node.Lowest != node.Index)
                return;

            var members = new List<Node>();
            Node member;
            do
            {
                member = _component.Pop();
                member.IsOpen = false;
                members.Add(member);
            }
            while (!ReferenceEquals(member, node));
            Summarize(members);
        }

        // Members start as methods that never return, so that a first round sees the paths that do not recurse.
        private void Summarize(List<Node> members)
        {
            var isRecursive = members.Count > 1 || members[0].Callees.Contains(members[0].Method, SymbolEqualityComparer.Default);
            if (!isRecursive)
            {
                SummarizeOnce(members[0]);
                return;
            }

            members.Sort(static (first, second) => first.CompareTo(second));
            var rounds = new Rounds(_table);
            foreach (var member in members)
                rounds.Summaries[member.Method] = Summary.Never;

            var reports = new Dictionary<Node, IReports?>();
            var changed = true;
            for (var round = 0; changed && round < MaxRounds; round++)
            {
                changed = false;
                foreach (var member in members)
                {
                    var (summary, found) = _table.Summarize(member.Graph, rounds, _cancellation);
                    changed |= !Equals(summary, rounds.Summaries[member.Method]);
                    rounds.Summaries[member.Method] = summary;
                    reports[member] = found;
                }
            }

            foreach (var member in members)
                _table._entries.TryAdd(member.Method, new Entry(changed ? null : rounds.Summaries[member.Method], reports[member]));
        }

        // Two threads often come to the same helper from different callers.
        private void SummarizeOnce(Node member)
        {
            using var claim = _table._claims.Take(member.Method);
            if (!_table._entries.ContainsKey(member.Method))
                _table._entries.TryAdd(member.Method, _table.Summarize(member.Graph, _table, _cancellation));
        }

        private sealed class Node : IComparable<Node>
        {
            public Node(IMethodSymbol method, MethodGraph? graph, int index, List<IMethodSymbol> callees)
            {
                Method = method;
                Graph = graph;
                Index = index;
                Lowest = index;
                Callees = callees;
            }

            public IMethodSymbol Method { get; }

            public MethodGraph? Graph { get; }

            public int Index { get; }

            public int Lowest { get; set; }

            public bool IsOpen { get; set; } = true;

            public List<IMethodSymbol> Callees { get; }

            public int NextCallee { get; set; }

            // By where they stand, whoever asks first: what is found must not depend on the order in which threads come.
            public int CompareTo(Node other)
            {
                var (first, second) = (Method.Locations[0], other.Method.Locations[0]);
                var files = string.CompareOrdinal(first.SourceTree?.FilePath, second.SourceTree?.FilePath);
                return files != 0 ? files : first.SourceSpan.Start.CompareTo(second.SourceSpan.Start);
            }
        }
    }

    /// <summary>The summaries of methods that call each other, as far as they are known in this round.</summary>
    private sealed class Rounds : ISummarySource
    {
        private readonly SummaryTable _table;

        public Rounds(SummaryTable table) => _table = table;

        public Dictionary<IMethodSymbol, Summary?> Summaries { get; } = new(SymbolEqualityComparer.Default);

        public Summary? Get(IMethodSymbol method, CancellationToken cancellation) =>
            Summaries.TryGetValue(ContractTable.DefinitionOf(method), out var summary) ? summary : _table.Get(method, cancellation);
    }
}
