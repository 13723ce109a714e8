using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow.Graphs;

/// <summary>A body ready to be analysed: its control flow graph, the events of each block, and which variables matter.</summary>
internal sealed class MethodGraph
{
    private readonly BlockEvents?[] _events;
    private readonly Value[]?[] _placesLeft;
    private readonly PlaceTable _places;
    private readonly VariableUse _variables;
    private bool[]? _correlated;
    private bool[]? _repeated;
    private bool[]? _loopHeads;

    private MethodGraph(IMethodSymbol? method, ControlFlowGraph graph, VariableUse variables)
    {
        Method = method;
        Graph = graph;
        _variables = variables;
        _places = new PlaceTable(graph);
        _events = new BlockEvents?[graph.Blocks.Length];
        _placesLeft = new Value[]?[graph.Blocks.Length * 2];
    }

    /// <summary>The method, accessor, local function or lambda; null for initialisers.</summary>
    public IMethodSymbol? Method { get; }

    public ControlFlowGraph Graph { get; }

    /// <summary>The lambda where it stands in <see cref="Outer"/>; null for other bodies.</summary>
    public IFlowAnonymousFunctionOperation? Lambda { get; private init; }

    /// <summary>The body that a lambda stands in.</summary>
    public MethodGraph? Outer { get; private init; }

    public SyntaxNode Syntax => Graph.OriginalOperation.Syntax;

    /// <summary>What the body is called in reports about the whole of it.</summary>
    public string Name => Method is { Name.Length: > 0 } method ? method.Name : Syntax.Kind().ToString();

    /// <summary>Where reports about the whole body stand: at the name, where it has one.</summary>
    public Location Location => Method?.Locations.FirstOrDefault(location => location.IsInSource) ?? Syntax.GetLocation();

    /// <summary>Makes the graph of a body or initialiser; null where there is none to be made (broken code).</summary>
    public static MethodGraph? Create(IOperation body, IMethodSymbol? method, CancellationToken cancellation)
    {
        if (body.Parent is not null)
            return null;

        var graph = body switch
        {
            IMethodBodyOperation operation => ControlFlowGraph.Create(operation, cancellation),
            IConstructorBodyOperation operation => ControlFlowGraph.Create(operation, cancellation),
            IBlockOperation operation => ControlFlowGraph.Create(operation, cancellation),
            IFieldInitializerOperation operation => ControlFlowGraph.Create(operation, cancellation),
            IPropertyInitializerOperation operation => ControlFlowGraph.Create(operation, cancellation),
            _ => null,
        };
        return graph is null ? null : new MethodGraph(method, graph, VariableUse.Of(body));
    }

    public BlockEvents EventsOf(BasicBlock block) => _events[block.Ordinal] ??= EventReader.Read(block, _places, IsRepeated(block));

    /// <summary>The variables and captures whose scope a branch leaves.</summary>
    public Value[] PlacesLeft(ControlFlowBranch branch) =>
        _placesLeft[(branch.Source.Ordinal * 2) + (branch.IsConditionalSuccessor ? 1 : 0)] ??= branch.LeavingRegions.IsEmpty ? Array.Empty<Value>() : FindPlacesLeft(branch).ToArray();

    /// <summary>Whether what a variable holds is worth remembering, and can be: no lambda writes it behind the analysis' back.</summary>
    public bool IsTracked(ISymbol variable) => _variables.IsTracked(variable);

    /// <summary>Whether a lambda or local function uses a variable too.</summary>
    public bool IsCaptured(ISymbol variable) => _variables.IsCaptured(variable);

    /// <summary>Whether a block's condition is tested again, in other words or through another variable.</summary>
    public bool IsCorrelated(BasicBlock block) => (_correlated ??= Graph.Blocks.Select(IsConditionTestedAgain).ToArray())[block.Ordinal];

    /// <summary>Whether a path may come through a block several times.</summary>
    public bool IsRepeated(BasicBlock block) => (_repeated ??= FindRepeated())[block.Ordinal];

    /// <summary>Whether a branch leads back to a block.</summary>
    public bool IsLoopHead(BasicBlock block) => (_loopHeads ??= Graph.Blocks.Select(IsReachedFromBehind).ToArray())[block.Ordinal];

    /// <summary>The graph of a local function declared in this body.</summary>
    public MethodGraph? Nested(IMethodSymbol localFunction, CancellationToken cancellation)
    {
        var definition = localFunction.OriginalDefinition;
        for (var region = Graph; region is not null; region = region.Parent)
        {
            if (region.LocalFunctions.Contains(definition, SymbolEqualityComparer.Default))
                return new MethodGraph(definition, region.GetLocalFunctionControlFlowGraph(definition, cancellation), _variables);
        }

        return null;
    }

    /// <summary>The graph of a lambda that stands in this body.</summary>
    public MethodGraph Nested(IFlowAnonymousFunctionOperation lambda, CancellationToken cancellation) =>
        new(lambda.Symbol, Graph.GetAnonymousFunctionControlFlowGraph(lambda, cancellation), _variables) { Lambda = lambda, Outer = this };

    public IEnumerable<FlowEvent> AllEvents()
    {
        foreach (var block in Graph.Blocks)
        {
            if (!block.IsReachable)
                continue;
            foreach (var step in EventsOf(block).Events)
                yield return step;
        }
    }

    private static bool IsReachedFromBehind(BasicBlock block)
    {
        foreach (var branch in block.Predecessors)
        {
            if (branch.Source.Ordinal >= block.Ordinal)
                return true;
        }

        return false;
    }

    private bool IsConditionTestedAgain(BasicBlock block) => block.BranchValue is { } condition && _variables.IsCorrelated(condition, _places);

    // Blocks stand in the order of the code: a branch back repeats all that it jumps over, and runs what is to be run finally on the way.
    private bool[] FindRepeated()
    {
        var repeated = new bool[Graph.Blocks.Length];
        foreach (var block in Graph.Blocks)
        {
            foreach (var target in new[] { block.FallThroughSuccessor?.Destination, block.ConditionalSuccessor?.Destination })
            {
                for (var i = target?.Ordinal ?? int.MaxValue; i <= block.Ordinal; i++)
                    repeated[i] = true;
            }

            repeated[block.Ordinal] |= IsInFinally(block);
        }

        return repeated;
    }

    private static bool IsInFinally(BasicBlock block)
    {
        var region = block.EnclosingRegion;
        while (region is not null && region.Kind != ControlFlowRegionKind.Finally)
            region = region.EnclosingRegion;
        return region is not null;
    }

    private IEnumerable<Value> FindPlacesLeft(ControlFlowBranch branch)
    {
        foreach (var region in branch.LeavingRegions)
        {
            foreach (var local in region.Locals)
                yield return _places.AddressOf(local);
            foreach (var capture in region.CaptureIds)
                yield return new CaptureAddress(_places.IdOf(capture));
        }
    }
}
