using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Flow;

/// <summary>Carries a path through the events of a block. A call may end in several ways, so one path can become several.</summary>
internal sealed class Interpreter
{
    private readonly MethodGraph _graph;
    private readonly FlowDomain _domain;
    private readonly AnalyzedProgram _program;
    private readonly Func<Value, DomainState, bool> _isOfInterest;
    private readonly Dictionary<VariableAddress, bool> _tracked = new();
    private readonly Stack<BlockRun> _spare = new();

    public Interpreter(MethodGraph graph, FlowDomain domain, AnalyzedProgram program)
    {
        _graph = graph;
        _domain = domain;
        _isOfInterest = domain.IsOfInterest;
        _program = program;
    }

    /// <summary>The paths at a block's end; to be disposed when they have been read.</summary>
    public BlockRun Run(BasicBlock block, PathState start, CancellationToken cancellation)
    {
        var events = _graph.EventsOf(block);
        var isRepeated = _graph.IsRepeated(block);
        var run = BlockRun.Begin(_spare, start, events.Temporaries);
        foreach (var step in events.Events)
        {
            if (step is CallEvent call)
                run.Replace((Interpreter: this, call, mayBeKnown: isRepeated || call.Operation.IsImplicit), static (with, path, next) => with.Interpreter.Call(with.call, with.mayBeKnown, path, next));
            else
                Step(step, run.Paths);
            if (run.Paths.Count == 0)
                break;
            if (run.Paths.Count > BlockStates.MaxCount)
                run.Replace(Bound(run.Paths, step));
            cancellation.ThrowIfCancellationRequested();
        }

        return run;
    }

    // Past the bound a path is joined with one that the analysis itself cannot tell from it, else with any.
    private List<Running> Bound(List<Running> paths, FlowEvent step)
    {
        var kept = paths.GetRange(0, BlockStates.MaxCount);
        foreach (var path in paths.Skip(BlockStates.MaxCount))
        {
            var partner = BlockStates.PartnerFor(path.State, kept, candidate => candidate.State);
            kept[partner] = kept[partner].Join(path, step, _isOfInterest);
        }

        return kept;
    }

    // Most steps carry every path on: the list stays, and only what has ended is taken out.
    private void Step(FlowEvent step, List<Running> paths)
    {
        var kept = 0;
        for (var i = 0; i < paths.Count; i++)
        {
            if (Step(step, paths[i]) is { } state)
                paths[kept++] = paths[i] with { State = state };
        }

        paths.RemoveRange(kept, paths.Count - kept);
    }

    private PathState? Step(FlowEvent step, Running path)
    {
        var (state, values) = path;
        switch (step)
        {
            case ConstantEvent constant:
                values[step.Result] = constant.Value;
                return state;
            case ThisEvent:
                values[step.Result] = ThisValue.Instance;
                return state;
            case UnknownEvent unknown:
                return Unknown(unknown, unknown.IsNotNull, state, values);
            case ArithmeticEvent arithmetic:
                return Arithmetic(arithmetic, state, values);
            case VariableEvent variable:
                values[step.Result] = variable.IsReference ? state.Load(variable.Address) : variable.Address;
                return state;
            case CaptureEvent capture:
                values[step.Result] = capture.Address;
                return state;
            case FieldEvent field:
                values[step.Result] = field.AddressIn(field.Target < 0 ? null : values[field.Target]);
                return state;
            case ElementEvent element:
                values[step.Result] = Bounded(new ElementAddress(values[element.Target], values[element.Index]), step);
                return state;
            case LoadEvent load:
                values[step.Result] = Load(load, values[load.Address], state);
                return _domain.Load(load, values[load.Address], state);
            case StoreEvent store:
                return Store(store, values[store.Address], values[store.Value], state);
            case BindEvent bind:
                return state.Store(new VariableAddress(bind.Variable), values[bind.Address], bind.Operation.Syntax);
            case DereferenceEvent dereference:
                return _domain.Dereference(dereference, values[dereference.Pointer], state);
            case ComputeEvent compute:
                values[step.Result] = Compute(compute, values);
                return state;
            case FunctionEvent function:
                var receiver = function.Receiver < 0 ? null : values[function.Receiver];
                values[step.Result] = Bounded(new FunctionValue(function.Method, function.Lambda, receiver), step);
                return state;
            case AwaitEvent await:
                values[step.Result] = step.Given;
                return _domain.Await(await, state);
            case EscapeEvent escape:
                return _domain.Escape(escape.Operation, values[escape.Value], state);
            case YieldEvent { Value: >= 0 } yield:
                return _domain.Escape(yield.Operation, values[yield.Value], state);
            case ReturnEvent exit:
                var result = exit.Value < 0 ? null : values[exit.Value];
                return _domain.Leave(exit, result, result is null ? state : state.Store(ReturnAddress, result, exit.Operation.Syntax));
            case ThrowEvent { Operation: IObjectCreationOperation { IsImplicit: true } or IInvalidOperation { IsImplicit: true } }:
                return null; // No arm of a switch expression fits: whoever wrote it knows that one does.
            case ThrowEvent exit:
                return _domain.Leave(exit, values[exit.Value], state);
            default:
                return state;
        }
    }

    /// <summary>Where the value that a path returns is kept.</summary>
    public static readonly CaptureAddress ReturnAddress = new(-1);

    private PathState Unknown(FlowEvent unknown, bool isNotNull, PathState state, Value[] values)
    {
        var value = unknown.Given;
        values[unknown.Result] = value;
        state = _domain.Age(state, value);
        return isNotNull ? state.Restrict(value, Signs.NonZero) ?? state : state;
    }

    private PathState Arithmetic(ArithmeticEvent step, PathState state, Value[] values)
    {
        if (Combine(step.Kind, step.Operation, values[step.Left], values[step.Right]) is not { } known)
            return Unknown(step, isNotNull: false, state, values);

        values[step.Result] = known;
        return state;
    }

    private static ConstantValue? Combine(BinaryOperatorKind kind, IOperation operation, Value left, Value? right) =>
        left is ConstantValue { Bits: { } first } && right is ConstantValue { Bits: { } second }
        && WholeNumbers.Combine(kind, first, second, operation.Type) is { } result
            ? ConstantValue.Of(result)
            : null;

    private Value Load(LoadEvent load, Value address, PathState state)
    {
        if (address is VariableAddress variable && !IsTracked(variable))
            return load.Given;
        if (address is FieldAddress { Field: IFieldSymbol field } && _program.Constants.Find(field) is { } constant)
            return constant;

        return Bounded(state.Load(address), load);
    }

    private PathState Store(StoreEvent store, Value address, Value value, PathState state)
    {
        if (address is VariableAddress variable && !IsTracked(variable))
            return _domain.Escape(store.Operation, value, state);

        return _domain.Store(store, address, value, state, state.Store(address, value, store.Operation.Syntax));
    }

    // A variable is read and written on many paths, and what is asked of it here never changes.
    private bool IsTracked(VariableAddress variable)
    {
        if (!_tracked.TryGetValue(variable, out var isTracked))
            _tracked.Add(variable, isTracked = _graph.IsTracked(variable.Variable));
        return isTracked;
    }

    private static Value Compute(ComputeEvent compute, Value[] values)
    {
        var left = values[compute.Left];
        var right = compute.Right < 0 ? null : values[compute.Right];
        var site = compute.Given;
        if (compute.Kind != Operator.Offset)
            return compute.Apply(left, right) ?? site;
        if (Combine(compute.Arithmetic, compute.Operation, left, right) is { } known)
            return known;
        if (left is ConstantValue { Bits: { } start } && right is ConstantValue { Bits: { } step } && start + step is >= -1 and <= 1)
            return ConstantValue.Of(start + step);
        if (!Places.IsAddress(compute.Operation.Type) && compute.Operation is not IBinaryOperation)
            return site;

        return left is OperatorValue { Kind: Operator.Offset } offset
            ? new OperatorValue(Operator.Offset, offset.Left, site)
            : compute.Apply(left, right) ?? site;
    }

    // What is evaluated once on a path gave nothing before; what the compiler adds may stand where something else does.
    private void Call(CallEvent call, bool mayBeKnown, Running path, List<Running> next)
    {
        var (before, passed) = mayBeKnown ? AgeResults(call, path) : path;
        var site = CallSite.Of(call, passed, _program.Contracts);
        var isFirst = true;
        foreach (var outcome in _domain.Call(site, before))
        {
            var (first, second) = CallEffects.After(site, outcome, _isOfInterest);
            GoOn(first);
            GoOn(second);
        }

        // Mostly there is one path only, and no other needs what the temporaries hold.
        void GoOn(CallOutcome? after)
        {
            if (after is not { Result: { } result } outcome)
                return;

            var values = isFirst ? passed : (Value[])passed.Clone();
            values[call.Result] = result;
            next.Add(new Running(outcome.State, values));
            isFirst = false;
        }
    }

    // What the same call gave before, by its result or through its arguments, is the older one from now on; also where it is passed.
    private Running AgeResults(CallEvent call, Running path)
    {
        var syntax = call.Operation.Syntax;
        var running = AgeResult(call.Given, path);
        foreach (var cell in path.State.Cells)
        {
            if (cell.Value is SiteValue { Part: >= 10, IsOlder: false } other && ReferenceEquals(other.Syntax, syntax))
                running = AgeResult(other, running);
        }

        foreach (var remembered in _domain.Remembered(syntax, path.State.Domain))
            running = AgeResult(remembered, running);
        return running;
    }

    private Running AgeResult(SiteValue result, Running path)
    {
        var state = _domain.Age(path.State, result);
        if (ReferenceEquals(state, path.State) || !Array.Exists(path.Values, result.Equals))
            return path with { State = state };

        var older = result.Older;
        return new Running(state, Array.ConvertAll(path.Values, value => result.Equals(value) ? older : older.Equals(value) ? older.Older : value));
    }

    private static Value Bounded(Value value, FlowEvent step) =>
        value.Depth <= Value.MaxDepth ? value : step.Given;
}
