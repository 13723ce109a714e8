using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// Variables that go from element to element of a list. From the second round of the loop on they stand for any element: to name
/// each by its way from the first would make a path of every round.
/// </summary>
internal sealed class ListWalk
{
    private readonly MethodGraph _graph;
    private readonly FlowDomain _domain;
    private readonly Dictionary<int, MeetingPoint> _heads = new();
    private readonly HashSet<(int Head, VariableAddress Variable, Value Element)> _visited = new();

    public ListWalk(MethodGraph graph, FlowDomain domain)
    {
        _graph = graph;
        _domain = domain;
    }

    /// <summary>The path as it begins a round of a loop, where a branch leads to the head of one.</summary>
    public PathState Follow(ControlFlowBranch branch, PathState state)
    {
        if (branch.Destination is not { } head || !_graph.IsLoopHead(head))
            return state;

        var isNextRound = head.Ordinal <= branch.Source.Ordinal;
        var next = state;
        foreach (var cell in state.Cells)
        {
            if (cell is not { Key: VariableAddress variable, Value: EntryValue element })
                continue;
            if (isNextRound && IsBehindVisited(element, head, variable) && !_domain.Knows(element, state.Domain))
                next = Generalize(variable, PointOf(head).ValueOf(variable), next);
            _visited.Add((head.Ordinal, variable, next.Load(variable)));
        }

        return next;
    }

    // Reached by fields from what the variable held in an earlier round.
    private bool IsBehindVisited(EntryValue element, BasicBlock head, VariableAddress variable)
    {
        for (Value? value = element; value is EntryValue { Address: FieldAddress { Target: { } before } }; value = before)
        {
            if (_visited.Contains((head.Ordinal, variable, before)))
                return true;
        }

        return false;
    }

    private PathState Generalize(VariableAddress variable, SiteValue element, PathState state)
    {
        var signs = state.SignsOf(state.Load(variable));
        var aged = _domain.Age(state, element);
        return aged with
        {
            Cells = aged.Cells.Set(variable, element),
            Facts = signs == Signs.Any ? aged.Facts : aged.Facts.Set(element, new Fact(signs)),
        };
    }

    // Paths meet at the same place for other reasons too: these values have a number of their own.
    private MeetingPoint PointOf(BasicBlock head)
    {
        const int FirstPart = 20_000;
        if (!_heads.TryGetValue(head.Ordinal, out var point))
            _heads.Add(head.Ordinal, point = new MeetingPoint(_graph.Syntax, FirstPart + head.Ordinal));
        return point;
    }
}
