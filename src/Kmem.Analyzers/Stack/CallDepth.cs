using System.Collections.Concurrent;
using System.Collections.Immutable;
using Kmem.Analyzers.Flow;
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
    private readonly KnownCallees _callees;
    private readonly ConcurrentDictionary<IMethodSymbol, Depth> _known = new(SymbolEqualityComparer.Default);

    public CallDepth(AnalyzedProgram program)
    {
        _program = program;
        _callees = new KnownCallees(program);
    }

    /// <summary>The depth below a body, its own frame counted.</summary>
    public Depth Of(MethodGraph graph, CancellationToken cancellation)
    {
        var walk = new Walk(this, cancellation);
        if (graph.Method is { MethodKind: not MethodKind.AnonymousFunction } method)
            return walk.Run(method.OriginalDefinition, graph);

        return Join(graph, _callees.Of(graph, cancellation).Select(callee => (callee.Method, walk.Run(callee.Method, null))));
    }

    private static Depth Join(MethodGraph? graph, IEnumerable<(IMethodSymbol Callee, Depth Depth)> callees)
    {
        var own = (graph is null ? 0 : Frame.Of(graph).Bytes) + CallBytes;
        var deepest = callees.OrderByDescending(each => each.Depth.Bytes).FirstOrDefault();
        return deepest.Callee is null
            ? new Depth(own, ImmutableArray<IMethodSymbol>.Empty)
            : new Depth(own + deepest.Depth.Bytes, deepest.Depth.Way.Insert(0, deepest.Callee)) { Recursive = deepest.Depth.Recursive };
    }

    /// <summary>One walk down, with a stack of its own: chains may be longer than the thread's stack is deep.</summary>
    private sealed class Walk
    {
        private readonly CallDepth _depths;
        private readonly CancellationToken _cancellation;
        private readonly Dictionary<IMethodSymbol, Step> _open = new(SymbolEqualityComparer.Default);

        // Where calls go round, a depth depends on where the walk came in: it is of no use to others.
        private readonly Dictionary<IMethodSymbol, Depth> _round = new(SymbolEqualityComparer.Default);
        private int _count;

        public Walk(CallDepth depths, CancellationToken cancellation)
        {
            _depths = depths;
            _cancellation = cancellation;
        }

        public Depth Run(IMethodSymbol root, MethodGraph? graph)
        {
            if (Find(root) is { } known)
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

            return Find(root)!;
        }

        private Depth? Find(IMethodSymbol method) =>
            _depths._known.TryGetValue(method, out var known) || _round.TryGetValue(method, out known) ? known : null;

        // That one of several bodies may come back here, does not say that it ever does.
        private void Descend(Step caller, Callee callee, Stack<Step> path)
        {
            if (_open.ContainsKey(callee.Method))
            {
                caller.GoesRound = true;
                if (callee.IsCertain)
                    caller.Recursive ??= IsAllowed(callee.Method, path) ? null : callee.Method;
            }
            else if (Find(callee.Method) is null)
            {
                Open(callee.Method, null, path);
            }
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
            var step = new Step(method, graph, graph is null ? new List<Callee>() : _depths._callees.Of(graph, _cancellation));
            _open[method] = step;
            path.Push(step);
        }

        private void Close(Stack<Step> path)
        {
            var step = path.Pop();
            _open.Remove(step.Method);
            var depths = step.Callees.Select(callee => (callee.Method, Depth: Find(callee.Method))).Where(each => each.Depth is not null).ToList();
            var depth = Join(step.Graph, depths.Select(each => (each.Method, each.Depth!))) with
            {
                Recursive = step.Recursive ?? depths.Select(each => each.Depth!.Recursive).FirstOrDefault(each => each is not null),
            };
            if (step.GoesRound || depths.Exists(each => _round.ContainsKey(each.Method)))
                _round[step.Method] = depth;
            else
                _depths._known.TryAdd(step.Method, depth);
        }

        private sealed class Step
        {
            public Step(IMethodSymbol method, MethodGraph? graph, List<Callee> callees)
            {
                Method = method;
                Graph = graph;
                Callees = callees;
            }

            public IMethodSymbol Method { get; }

            public MethodGraph? Graph { get; }

            public List<Callee> Callees { get; }

            public int Next { get; set; }

            /// <summary>Some of its calls leads back to where the walk came from.</summary>
            public bool GoesRound { get; set; }

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
