using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// Follows the paths of a body forward, blocks in order. Each block keeps the different states that reached it, up to a
/// bound; past it, states are joined. A <c>finally</c> is run for every branch through it, as a call would be.
/// </summary>
internal sealed class Solver
{
    /// <summary>How many events a body may run through before the analysis gives up on it.</summary>
    public const int MaxWork = 400_000;

    /// <summary>How many places and facts a state may know before the analysis gives up on the body.</summary>
    public const int MaxSize = 400;

    private readonly MethodGraph _graph;
    private readonly Interpreter _interpreter;
    private readonly ListWalk _walk;
    private readonly FlowDomain _domain;
    private readonly Func<Value, DomainState, bool> _isOfInterest;
    private readonly GivenUpBodies _givenUp;
    private readonly CancellationToken _cancellation;
    private readonly Dictionary<(ControlFlowRegion Region, PathState State), List<PathState>> _finallyResults = new();
    private readonly Dictionary<ControlFlowRegion, TriedCode> _tried = new();
    private readonly HashSet<Value> _testedAgain = new();
    private int _work;

    public Solver(MethodGraph graph, FlowDomain domain, AnalyzedProgram program, CancellationToken cancellation)
    {
        _graph = graph;
        _domain = domain;
        _isOfInterest = domain.IsOfInterest;
        _givenUp = program.GivenUp;
        _interpreter = new Interpreter(graph, domain, program);
        _walk = new ListWalk(graph, domain);
        _cancellation = cancellation;
    }

    /// <summary>The analysis stopped before it had seen every path.</summary>
    public bool GaveUp => _work > MaxWork;

    /// <summary>The states in which a block was entered, for the dump.</summary>
    public Action<BasicBlock, PathState>? Observer { get; set; }

    /// <summary>Runs the body; the result is every different state in which it returns.</summary>
    public List<PathState> Run(PathState start)
    {
        var blocks = _graph.Graph.Blocks;
        var exits = Explore(blocks[0], start, blocks.Length - 1);
        if (GaveUp)
            _givenUp.Add(_graph);
        return exits;
    }

    private List<PathState> Explore(BasicBlock first, PathState start, int lastOrdinal)
    {
        var run = new Exploration(_graph, first.Ordinal, lastOrdinal, _isOfInterest, _testedAgain.Contains);
        run.Enter(first, start);
        while (!GaveUp && run.TakeNext() is var (block, state) && block is not null)
        {
            _cancellation.ThrowIfCancellationRequested();
            _work += CostOf(block, state);
            Observer?.Invoke(block, state);
            Visit(run, block, state);
        }

        return run.Exits;
    }

    // A step costs what it has to copy and compare.
    private int CostOf(BasicBlock block, PathState state)
    {
        const int FreeSize = 32;
        var size = state.Cells.Count + state.Facts.Count;
        return size > MaxSize ? MaxWork + 1 : (1 + _graph.EventsOf(block).Events.Length) * (1 + (size / FreeSize));
    }

    private void Visit(Exploration run, BasicBlock block, PathState state)
    {
        if (block.Kind == BasicBlockKind.Exit)
        {
            run.Exits.Add(state);
            return;
        }

        var decider = _graph.EventsOf(block).Condition;
        using var ran = _interpreter.Run(block, state, _cancellation);
        foreach (var path in ran.Paths)
        {
            var end = path.State;
            if (decider < 0)
            {
                Follow(run, block.FallThroughSuccessor, end);
                continue;
            }

            var condition = path.Values[decider];
            var isTestedAgain = _graph.IsCorrelated(block);
            if (isTestedAgain)
                NoteTested(condition);
            var isKept = isTestedAgain || IsOfInterest(condition, end.Domain) || IsForCallers(block, condition);
            var jumpsWhen = block.ConditionKind == ControlFlowConditionKind.WhenTrue;
            if (end.Assume(condition, jumpsWhen, isKept) is { } jumping)
                Follow(run, block.ConditionalSuccessor, jumping);
            if (end.Assume(condition, !jumpsWhen, isKept) is { } falling)
                Follow(run, block.FallThroughSuccessor, falling);
        }
    }

    private void NoteTested(Value condition)
    {
        if (!_testedAgain.Add(condition))
            return;
        foreach (var part in condition.Parts)
            NoteTested(part);
    }

    private void Follow(Exploration run, ControlFlowBranch? branch, PathState state)
    {
        if (branch is null)
            return;
        if (branch.Semantics == ControlFlowBranchSemantics.StructuredExceptionHandling)
        {
            if (!IsInFilter(branch.Source))
                run.Exits.Add(state);
            return;
        }

        if (branch.Destination is not { } destination)
        {
            if (branch.Semantics is ControlFlowBranchSemantics.Throw or ControlFlowBranchSemantics.Rethrow)
                Throw(branch, state);
            return;
        }

        if (branch.FinallyRegions.IsEmpty)
        {
            Arrive(run, branch, destination, state);
            return;
        }

        foreach (var arrived in RunFinally(branch.FinallyRegions, state))
            Arrive(run, branch, destination, arrived);
    }

    private void Arrive(Exploration run, ControlFlowBranch branch, BasicBlock destination, PathState state)
    {
        var scoped = _walk.Follow(branch, _domain.Follow(branch, state, state.Drop(_graph.PlacesLeft(branch), _isOfInterest)));
        EnterHandlers(run, branch, scoped);
        if (destination.Kind == BasicBlockKind.Exit)
            _domain.Exit(branch, scoped);
        run.Enter(destination, scoped);
    }

    // A throw has no destination. Where no handler may stop it, it runs what stands in its way and leaves the body.
    private void Throw(ControlFlowBranch branch, PathState state)
    {
        var passed = new List<ControlFlowRegion>();
        for (var region = branch.Source.EnclosingRegion; IsInside(region); region = region!.EnclosingRegion)
        {
            if (region!.Kind != ControlFlowRegionKind.Try)
                continue;
            if (region.EnclosingRegion!.Kind == ControlFlowRegionKind.TryAndCatch)
                return;
            passed.Add(region.EnclosingRegion.NestedRegions[1]);
        }

        foreach (var thrown in RunFinally(passed, state))
            _domain.Exit(branch, thrown);
    }

    private IReadOnlyList<PathState> RunFinally(IReadOnlyList<ControlFlowRegion> regions, PathState state)
    {
        IReadOnlyList<PathState> arriving = new[] { state };
        for (var i = 0; i < regions.Count; i++)
            arriving = arriving.SelectMany(entering => RunFinally(regions[i], entering)).ToList();
        return arriving;
    }

    // Where a filter says no, the exception goes on.
    private static bool IsInFilter(BasicBlock block)
    {
        var region = block.EnclosingRegion;
        while (IsInside(region) && region!.Kind is not (ControlFlowRegionKind.Filter or ControlFlowRegionKind.Finally))
            region = region.EnclosingRegion;
        return region?.Kind == ControlFlowRegionKind.Filter;
    }

    // Around the body of a lambda or local function are the regions of the method that it stands in, which it is not run in.
    private static bool IsInside(ControlFlowRegion? region) => region is { Kind: not ControlFlowRegionKind.Root };

    private List<PathState> RunFinally(ControlFlowRegion region, PathState state)
    {
        if (_finallyResults.TryGetValue((region, state), out var known))
            return known;

        // A finally that jumps back into itself ends here.
        _finallyResults[(region, state)] = new List<PathState>();
        var result = Explore(_graph.Graph.Blocks[region.FirstBlockOrdinal], state, region.LastBlockOrdinal);
        return _finallyResults[(region, state)] = result.Distinct().ToList();
    }

    // Nothing in the graph leads to a handler.
    private void EnterHandlers(Exploration run, ControlFlowBranch branch, PathState state)
    {
        foreach (var region in branch.EnteringRegions)
        {
            if (region.Kind != ControlFlowRegionKind.TryAndCatch)
                continue;

            var tried = TriedIn(region.NestedRegions[0]);
            var forgotten = tried.Forget(state);
            forgotten = forgotten with { Domain = _domain.EnterHandler(forgotten.Domain, tried) };
            foreach (var handler in region.NestedRegions.Skip(1))
                run.Enter(_graph.Graph.Blocks[handler.FirstBlockOrdinal], forgotten);
        }
    }

    private TriedCode TriedIn(ControlFlowRegion region)
    {
        if (!_tried.TryGetValue(region, out var tried))
        {
            _tried.Add(region, tried = new TriedCode(Enumerable.Range(region.FirstBlockOrdinal, region.LastBlockOrdinal - region.FirstBlockOrdinal + 1)
                .Select(ordinal => _graph.EventsOf(_graph.Graph.Blocks[ordinal]))));
        }

        return tried;
    }

    // A loop's own condition tells callers nothing, and taken at its word an unmodified one would never let a path out.
    private bool IsForCallers(BasicBlock block, Value condition) =>
        _domain.IsForCallers && _graph.Method is { } method && !condition.Parts.IsEmpty
        && !IsLoopCondition(block) && SummaryBuilder.IsCondition(condition, method);

    private bool IsLoopCondition(BasicBlock block) =>
        _graph.IsLoopHead(block)
        || block.ConditionalSuccessor?.Destination?.Ordinal <= block.Ordinal
        || block.FallThroughSuccessor?.Destination?.Ordinal <= block.Ordinal;

    private bool IsOfInterest(Value condition, DomainState domain, int depth = 2)
    {
        if (_domain.IsOfInterest(condition, domain))
            return true;
        if (depth == 0)
            return false;

        foreach (var part in condition.Parts)
        {
            if (IsOfInterest(part, domain, depth - 1))
                return true;
        }

        return false;
    }
}
