using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Stack;

/// <summary>How deep the stack gets in a method and all that it is known to call. Kept for the compilation; callees come first.</summary>
internal sealed class CallDepth
{
    // The return address and the caller's frame pointer.
    private const long CallBytes = 16;

    // How many methods one question may lead to.
    private const int MaxMethods = 4_000;

    private readonly AnalyzedProgram _program;
    private readonly ConcurrentDictionary<IMethodSymbol, Depth> _known = new(SymbolEqualityComparer.Default);

    public CallDepth(AnalyzedProgram program) => _program = program;

    /// <summary>The depth below a body, its own frame counted.</summary>
    public Depth Of(MethodGraph graph, CancellationToken cancellation)
    {
        if (graph.Method is { MethodKind: not MethodKind.AnonymousFunction } method)
            return new Walk(this, cancellation).Run(method.OriginalDefinition, graph);

        var walk = new Walk(this, cancellation);
        return Join(graph, CalleesOf(graph).Select(callee => (callee, walk.Run(callee, null))));
    }

    private static Depth Join(MethodGraph? graph, IEnumerable<(IMethodSymbol Callee, Depth Depth)> callees)
    {
        var own = (graph is null ? 0 : Frame.Of(graph).Bytes) + CallBytes;
        var deepest = callees.OrderByDescending(each => each.Depth.Bytes).FirstOrDefault();
        return deepest.Callee is null
            ? new Depth(own, ImmutableArray<IMethodSymbol>.Empty)
            : new Depth(own + deepest.Depth.Bytes, deepest.Depth.Way.Insert(0, deepest.Callee)) { Recursive = deepest.Depth.Recursive };
    }

    private static List<IMethodSymbol> CalleesOf(MethodGraph graph) => graph.AllEvents()
        .OfType<CallEvent>()
        .Where(call => call.IsExact && call.Method is not null && GraphSource.IsReadable(call.Method))
        .Select(call => (call.Method!.ReducedFrom ?? call.Method).OriginalDefinition)
        .Distinct<IMethodSymbol>(SymbolEqualityComparer.Default)
        .ToList();

    /// <summary>One walk down, with a stack of its own: chains may be longer than the thread's stack is deep.</summary>
    private sealed class Walk
    {
        private readonly CallDepth _depths;
        private readonly CancellationToken _cancellation;
        private readonly Dictionary<IMethodSymbol, Step> _open = new(SymbolEqualityComparer.Default);
        private int _count;

        public Walk(CallDepth depths, CancellationToken cancellation)
        {
            _depths = depths;
            _cancellation = cancellation;
        }

        public Depth Run(IMethodSymbol root, MethodGraph? graph)
        {
            if (_depths._known.TryGetValue(root, out var known))
                return known;

            var path = new Stack<Step>();
            Open(root, graph, path);
            while (path.Count > 0)
            {
                _cancellation.ThrowIfCancellationRequested();
                var step = path.Peek();
                if (step.Next == step.Callees.Count)
                    Close(path);
                else
                    Descend(step, step.Callees[step.Next++], path);
            }

            return _depths._known[root];
        }

        private void Descend(Step caller, IMethodSymbol callee, Stack<Step> path)
        {
            if (_open.ContainsKey(callee))
                caller.Recursive ??= IsAllowed(callee, path) ? null : callee;
            else if (!_depths._known.ContainsKey(callee))
                Open(callee, null, path);
        }

        // Who says how much stack a method in the circle may use, has thought of how often it is called.
        private static bool IsAllowed(IMethodSymbol callee, Stack<Step> path)
        {
            foreach (var step in path)
            {
                if (StackBudget.OwnOf(step.Method) is not null)
                    return true;
                if (SymbolEqualityComparer.Default.Equals(step.Method, callee))
                    return false;
            }

            return false;
        }

        private void Open(IMethodSymbol method, MethodGraph? graph, Stack<Step> path)
        {
            graph ??= _count++ < MaxMethods ? _depths._program.Graphs.Find(method, _cancellation) : null;
            var step = new Step(method, graph, graph is null ? new List<IMethodSymbol>() : CalleesOf(graph));
            _open[method] = step;
            path.Push(step);
        }

        private void Close(Stack<Step> path)
        {
            var step = path.Pop();
            _open.Remove(step.Method);
            var depths = step.Callees.Where(_depths._known.ContainsKey).Select(callee => (callee, _depths._known[callee])).ToList();
            var depth = Join(step.Graph, depths);
            var recursive = step.Recursive ?? depths.Select(each => each.Item2.Recursive).FirstOrDefault(each => each is not null);
            _depths._known.TryAdd(step.Method, depth with { Recursive = recursive });
        }

        private sealed class Step
        {
            public Step(IMethodSymbol method, MethodGraph? graph, List<IMethodSymbol> callees)
            {
                Method = method;
                Graph = graph;
                Callees = callees;
            }

            public IMethodSymbol Method { get; }

            public MethodGraph? Graph { get; }

            public List<IMethodSymbol> Callees { get; }

            public int Next { get; set; }

            public IMethodSymbol? Recursive { get; set; }
        }
    }
}

/// <summary>How much stack a method needs with what it calls.</summary>
/// <param name="Way">The calls down to the deepest place.</param>
internal sealed record Depth(long Bytes, ImmutableArray<IMethodSymbol> Way)
{
    /// <summary>A method on the way that is called while it runs, with nothing said about its stack; null: none.</summary>
    public IMethodSymbol? Recursive { get; init; }
}
