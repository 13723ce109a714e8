using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Flow;

/// <summary>
/// The block of a <c>try</c>, as its handlers see it: any part of it may have been run when one of them starts, so what it
/// writes is not known there. What it only reads is what it was.
/// </summary>
internal sealed class TriedCode
{
    private readonly HashSet<ISymbol> _written = new(SymbolEqualityComparer.Default);
    private readonly List<VariableAddress> _parameters = new();
    private bool _writesPlaces;
    private bool _writesAnything;

    /// <param name="blocks">The blocks of the <c>try</c>, with those that stand inside it.</param>
    public TriedCode(IEnumerable<BlockEvents> blocks)
    {
        var events = new List<FlowEvent>();
        foreach (var block in blocks)
        {
            Read(block);
            events.AddRange(block.Events);
        }

        Events = events;
    }

    public IReadOnlyList<FlowEvent> Events { get; }

    /// <summary>Code that is not known, or a body of this program, is run: what fields hold may be something else behind it.</summary>
    public bool RunsOther { get; private set; }

    /// <summary>What is known where the block begins, and holds wherever in it an exception comes.</summary>
    public PathState Forget(PathState state) =>
        Events.Count == 0 ? state : WithParameters(state).ForgetWhere(this, static (place, tried) => tried.MayWrite(place), Events[0].Operation.Syntax);

    // Nothing is noted of what a parameter holds until it is written.
    private PathState WithParameters(PathState state)
    {
        foreach (var parameter in _parameters)
            state = state with { Cells = state.Cells.Set(parameter, state.Load(parameter)) };
        return state;
    }

    private bool MayWrite(Value place) => _writesAnything || place switch
    {
        VariableAddress { Variable: var variable } => _written.Contains(variable),
        FieldAddress { Target: { } target } => MayWrite(target),
        ElementAddress { Target: var target } => MayWrite(target),
        CaptureAddress => false,
        _ => _writesPlaces || RunsOther,
    };

    // Temporaries are numbered in each block anew.
    private void Read(BlockEvents block)
    {
        var variables = new Dictionary<int, VariableEvent>();
        var places = new HashSet<int>();
        var captures = new HashSet<int>();
        var onlyRead = new HashSet<int>();
        foreach (var step in block.Events)
        {
            switch (step)
            {
                case VariableEvent variable:
                    variables.Add(step.Result, variable);
                    break;
                case FieldEvent field when variables.TryGetValue(field.Target, out var outer):
                    variables.Add(step.Result, outer);
                    onlyRead.Add(field.Target);
                    break;
                case FieldEvent or ElementEvent:
                    places.Add(step.Result);
                    break;
                case CaptureEvent:
                    captures.Add(step.Result);
                    break;
                case LoadEvent load:
                    onlyRead.Add(load.Address);
                    break;
                case StoreEvent store when variables.ContainsKey(store.Address):
                    onlyRead.Remove(store.Address);
                    break;
                case StoreEvent store when !captures.Contains(store.Address):
                    _writesPlaces = true;
                    _writesAnything |= !places.Contains(store.Address);
                    break;
                case CallEvent call:
                    RunsOther |= CallEffects.MayRunOwnCode(call.Method);
                    break;
            }
        }

        foreach (var variable in variables)
        {
            if (!onlyRead.Contains(variable.Key))
                Write(variable.Value);
        }
    }

    // Written, or passed to somebody who may write it. Through a reference it is another place that is written.
    private void Write(VariableEvent variable)
    {
        if (_written.Add(variable.Address.Variable) && variable is { IsReference: false, Address.Variable: IParameterSymbol })
            _parameters.Add(variable.Address);
        _writesAnything |= variable.IsReference;
    }
}
