using System.Text;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>Writes down a graph, its events and the states that reach each block: what to look at when a rule surprises.</summary>
internal static class FlowDump
{
    private const int TextLength = 60;

    /// <summary>The blocks of a graph with their events and branches.</summary>
    public static string Write(MethodGraph graph) => Write(graph, new Dictionary<int, List<PathState>>());

    /// <summary>The same, with the states in which an analysis enters each block.</summary>
    public static string Write(MethodGraph graph, FlowDomain domain, AnalyzedProgram program)
    {
        var states = new Dictionary<int, List<PathState>>();
        var solver = new Solver(graph, domain, program, CancellationToken.None)
        {
            Observer = (block, state) =>
            {
                if (!states.TryGetValue(block.Ordinal, out var seen))
                    states.Add(block.Ordinal, seen = new List<PathState>());
                seen.Add(state);
            },
        };
        solver.Run(new PathState(domain.Initial));
        return Write(graph, states);
    }

    private static string Write(MethodGraph graph, Dictionary<int, List<PathState>> states)
    {
        var text = new StringBuilder();
        foreach (var block in graph.Graph.Blocks)
        {
            text.Append('B').Append(block.Ordinal).Append(' ').Append(block.Kind).Append(" in ").Append(block.EnclosingRegion.Kind);
            text.AppendLine(block.IsReachable ? "" : ", unreachable");
            if (states.TryGetValue(block.Ordinal, out var entered))
                entered.ForEach(state => Write(text, state));

            var events = graph.EventsOf(block);
            foreach (var step in events.Events)
                text.Append("    ").AppendLine(Line(step));
            Write(text, block, events.Condition);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, PathState state)
    {
        var cells = state.Cells.Select(cell => cell.Key + " = " + cell.Value);
        var facts = state.Facts.Select(fact => fact.Key + " is " + (fact.Value.Constant?.ToString() ?? fact.Value.Signs.ToString()));
        text.Append("  state: ").Append(string.Join("; ", cells.Concat(facts))).Append(" | ").AppendLine(state.Domain.ToString());
    }

    private static void Write(StringBuilder text, BasicBlock block, int condition)
    {
        if (block.ConditionalSuccessor is { } jump)
            text.Append("    if ").Append(block.ConditionKind == ControlFlowConditionKind.WhenTrue ? "" : "not ").Append('t').Append(condition).Append(' ').AppendLine(Target(jump));
        if (block.FallThroughSuccessor is { } next)
            text.Append("    ").AppendLine(Target(next));
    }

    private static string Target(ControlFlowBranch branch)
    {
        var target = branch.Destination is { } block ? "-> B" + block.Ordinal : "-> " + branch.Semantics;
        return branch.FinallyRegions.IsEmpty
            ? target
            : target + " through finally " + string.Join(", ", branch.FinallyRegions.Select(region => "B" + region.FirstBlockOrdinal));
    }

    private static string Line(FlowEvent step)
    {
        var meaning = step switch
        {
            ConstantEvent constant => "constant " + constant.Value,
            ThisEvent => "this",
            ArithmeticEvent arithmetic => $"{arithmetic.Kind} t{arithmetic.Left}, t{arithmetic.Right}",
            UnknownEvent unknown => unknown.IsNotNull ? "something not null" : "something",
            VariableEvent variable => "address of " + variable.Address.Variable.Name,
            CaptureEvent capture => "address of capture " + capture.Id,
            FieldEvent field => "address of " + (field.Target < 0 ? "" : "t" + field.Target) + "." + field.Field.Name,
            ElementEvent element => $"address of t{element.Target}[t{element.Index}]",
            LoadEvent load => $"load t{load.Address}",
            StoreEvent store => $"store t{store.Value} at t{store.Address}",
            BindEvent bind => $"bind {bind.Variable.Name} to t{bind.Address}",
            DereferenceEvent dereference => $"follow t{dereference.Pointer}",
            ComputeEvent compute => $"{compute.Kind} t{compute.Left}" + (compute.Right < 0 ? "" : $" t{compute.Right}"),
            FunctionEvent function => "delegate of " + (function.Lambda is null ? function.Method.Name : "lambda"),
            CallEvent call => $"call {call.Method?.Name ?? "?"}({string.Join(", ", call.Arguments.Select(argument => "t" + argument.Temporary))})",
            AwaitEvent => "await",
            EscapeEvent escape => $"escape t{escape.Value}",
            ReturnEvent exit => exit.Value < 0 ? "return" : "return t" + exit.Value,
            ThrowEvent exit => "throw t" + exit.Value,
            YieldEvent yield => "yield t" + yield.Value,
            _ => step.GetType().Name,
        };
        return (step.Result < 0 ? "" : "t" + step.Result + " = ") + meaning + "    // " + Shorten(step.Operation);
    }

    private static string Shorten(IOperation operation)
    {
        var text = string.Join(" ", operation.Syntax.ToString().Split(default(char[]), System.StringSplitOptions.RemoveEmptyEntries));
        return text.Length <= TextLength ? text : text.Substring(0, TextLength) + "...";
    }
}
