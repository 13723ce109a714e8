using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// One walk over a range of blocks, in their order: the whole body, or a finally on behalf of one branch. It keeps for each block
/// the different states that reached it.
/// </summary>
internal sealed class Exploration
{
    private readonly MethodGraph _graph;
    private readonly int _first;
    private readonly int _last;
    private readonly Func<Value, PathState, bool> _isOfInterest;
    private readonly Func<Value, bool> _isTestedAgain;
    private readonly BlockStates?[] _blocks;
    private readonly SortedSet<int> _waiting = new();

    /// <param name="isOfInterest">Whether paths that differ in what they know of a value are to be told apart.</param>
    /// <param name="isTestedAgain">Whether a condition on a value is tested in several places.</param>
    public Exploration(MethodGraph graph, int first, int last, Func<Value, PathState, bool> isOfInterest, Func<Value, bool> isTestedAgain)
    {
        _graph = graph;
        _first = first;
        _last = last;
        _isOfInterest = isOfInterest;
        _isTestedAgain = isTestedAgain;
        _blocks = new BlockStates?[last - first + 1];
    }

    public List<PathState> Exits { get; } = new();

    public void Enter(BasicBlock block, PathState state)
    {
        if (block.Ordinal < _first || block.Ordinal > _last)
            return;

        var states = _blocks[block.Ordinal - _first] ??= new BlockStates(place => ValueAt(block, place), _isOfInterest, _isTestedAgain, HasCalls(block));
        states.Add(state);
        MarkWaiting(block.Ordinal, states.HasWaiting);
    }

    /// <summary>The next state to carry on, of the first block in order that has one.</summary>
    public (BasicBlock? Block, PathState State) TakeNext()
    {
        if (_waiting.Count == 0)
            return (null, null!);

        var ordinal = _waiting.Min;
        var states = _blocks[ordinal - _first]!;
        var state = states.TakeNext();
        MarkWaiting(ordinal, states.HasWaiting);
        return (_graph.Graph.Blocks[ordinal], state);
    }

    // What waited may be covered by what came after it.
    private void MarkWaiting(int ordinal, bool isWaiting)
    {
        if (isWaiting)
            _waiting.Add(ordinal);
        else
            _waiting.Remove(ordinal);
    }

    private bool HasCalls(BasicBlock block) => _graph.EventsOf(block).Events.Any(step => step is CallEvent);

    private SiteValue ValueAt(BasicBlock block, Value place)
    {
        const int FirstPart = 10_000;
        return SiteValue.AtMeeting(_graph.Syntax, FirstPart + block.Ordinal, place);
    }
}
