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
    private readonly Func<Value, DomainState, bool> _isOfInterest;
    private readonly Func<Value, bool> _isTestedAgain;
    private readonly BlockStates?[] _blocks;
    private int _next = int.MaxValue;

    /// <param name="isOfInterest">Whether paths that differ in what they know of a value are to be told apart.</param>
    /// <param name="isTestedAgain">Whether a condition on a value is tested in several places.</param>
    public Exploration(MethodGraph graph, int first, int last, Func<Value, DomainState, bool> isOfInterest, Func<Value, bool> isTestedAgain)
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

        var states = _blocks[block.Ordinal - _first] ??= StatesOf(block);
        states.Add(state);
        _next = Math.Min(_next, block.Ordinal);
    }

    /// <summary>The next state to carry on, of the first block in order that has one.</summary>
    public (BasicBlock? Block, PathState State) TakeNext()
    {
        for (; _next <= _last; _next++)
        {
            if (_blocks[_next - _first] is { HasWaiting: true } states)
                return (_graph.Graph.Blocks[_next], states.TakeNext());
        }

        return (null, null!);
    }

    private BlockStates StatesOf(BasicBlock block)
    {
        const int FirstPart = 10_000;
        return new BlockStates(new MeetingPoint(_graph.Syntax, FirstPart + block.Ordinal), _isOfInterest, _isTestedAgain, _graph.EventsOf(block).HasCalls);
    }
}
