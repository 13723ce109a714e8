using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <content>Where the last pointer to memory is lost.</content>
internal sealed partial class LifetimeDomain
{
    private readonly Dictionary<ControlFlowBranch, SyntaxNodeOrToken> _places = new();

    public override PathState Follow(ControlFlowBranch branch, PathState before, PathState state)
    {
        var lifetime = Of(state);
        if (lifetime.Objects.Count == 0 && lifetime.Endings.Count == 0)
            return state;
        if (branch.Destination?.Kind == BasicBlockKind.Exit)
            return LoseAll(before, UseBehindFinally(branch, state), PlaceOf(branch), isFinal: true);

        return ReferenceEquals(before.Cells, state.Cells) ? state : LeaveScope(before, state);
    }

    public override void Exit(ControlFlowBranch branch, PathState state)
    {
        if (branch.Destination is not null || branch.Source.BranchValue is null || Of(state).Objects.Count == 0)
            return;

        ExposeAt(branch, state);
        LoseAll(state, state, PlaceOf(branch), isFinal: false);
    }

    // Neither lost nor, as far as is known, released. Of what a handler finds, nobody knows what became of it.
    private void Leave(Value key, Memory memory, SyntaxNodeOrToken place, bool isFinal, PathState state)
    {
        if (AllocationFailure.HasFailed(key, memory, state))
            return;

        _observer.NotLeaked(memory, place);
        if (!memory.IsDoubtful && Of(state).Endings.Find(key) is null)
            _observer.LeftToOthers(memory, place, isFinal);
    }

    // A finally runs after the value to be returned is known, and before anybody gets it.
    private PathState UseBehindFinally(ControlFlowBranch branch, PathState state) =>
        branch.Semantics == ControlFlowBranchSemantics.Return && !branch.FinallyRegions.IsEmpty
        && branch.Source.BranchValue is { } operation && state.Cells.Find(Interpreter.ReturnAddress) is { } value
            ? UseReturned(value, operation, state)
            : state;

    // Many paths leave at the same place.
    private SyntaxNodeOrToken PlaceOf(ControlFlowBranch branch)
    {
        if (!_places.TryGetValue(branch, out var place))
            _places.Add(branch, place = ExitPlace.Of(branch, _graph.Graph));
        return place;
    }

    // A place gets another value: what it held is lost if nothing else holds it, or is about to, as in a swap.
    private PathState Replace(StoreEvent store, Value address, Value value, PathState before, PathState state)
    {
        state = ForgetNames(address, state);
        var old = before.Load(address);
        if (old.Equals(value) || address is CaptureAddress)
            return state;
        if (Of(state).Objects.Find(value) is { ResizedFrom: { } resized } result && resized.Equals(old) && AllocationFailure.HasFailed(value, result, state))
            return LoseByResize(store, address, old, result, before, state);
        if (Pointers.VariableOf(address) is null || store.Operation is IDeconstructionAssignmentOperation)
            return state;

        foreach (var entry in Of(state).Objects)
        {
            if (!Pointers.Holds(old, entry.Key))
                continue;
            if (entry.Value.Custody != Custody.Own)
                _observer.NotLeaked(entry.Value, store.Operation.Syntax);
            else if (!IsReachable(entry.Key, state))
                state = Lose(entry.Key, entry.Value, store.Operation.Syntax, state);
        }

        return state;
    }

    // Another name of the same field, or of the same element, may have been written.
    private static PathState ForgetNames(Value address, PathState state)
    {
        var lifetime = Of(state);
        if (address is not (FieldAddress or ElementAddress) || lifetime.Endings.Count == 0)
            return state;

        var kept = lifetime.Endings.RemoveWhere(address, static (entry, written) => entry.Key is EntryValue { Address: var other }
            && !other.Equals(written) && MayBeSame(other, written));
        return ReferenceEquals(kept, lifetime.Endings) ? state : state with { Domain = lifetime with { Endings = kept } };
    }

    private static bool MayBeSame(Value place, Value written) => (place, written) switch
    {
        (FieldAddress one, FieldAddress other) => one.IsSameField(other),
        (ElementAddress one, ElementAddress other) => one.Target.Equals(other.Target) && !(one.Index is ConstantValue && other.Index is ConstantValue),
        _ => false,
    };

    // A parameter's old value is the caller's still.
    private PathState LoseByResize(StoreEvent store, Value address, Value old, Memory result, PathState before, PathState state)
    {
        var isOurs = address is not VariableAddress || Of(state).Objects.Find(old) is { Custody: Custody.Own };
        if (!isOurs || IsReachable(old, state))
            return state;

        _observer.LostByResize(result, store.Operation, Held(before));
        return GiveUp(old, state);
    }

    private PathState LeaveScope(PathState before, PathState state)
    {
        foreach (var entry in Of(state).Objects)
        {
            if (entry.Key is not SiteValue)
                continue;
            if (IsReachable(entry.Key, state))
            {
                LeaveName(entry.Key, entry.Value, before, state);
                continue;
            }

            if (entry.Value.Custody == Custody.Own && IsReachable(entry.Key, before))
                state = Lose(entry.Key, entry.Value, EndOfScope(entry.Key, before, state), state);
            else
                Leave(entry.Key, entry.Value, EndOfScope(entry.Key, before, state), isFinal: true, state);
            state = state with { Domain = Of(state) with { Objects = Of(state).Objects.Remove(entry.Key), Endings = Of(state).Endings.Remove(entry.Key) } };
        }

        return state;
    }

    // The variable goes; other places have the memory still.
    private void LeaveName(Value key, Memory memory, PathState before, PathState state)
    {
        if (memory.Custody != Custody.Own && EndOfScope(key, before, state) is { RawKind: not 0 } place)
            Leave(key, memory, place, isFinal: false, state);
    }

    private static SyntaxNodeOrToken EndOfScope(Value memory, PathState before, PathState state)
    {
        foreach (var cell in before.Cells)
        {
            if (Pointers.VariableOf(cell.Key) is ILocalSymbol { DeclaringSyntaxReferences: { Length: > 0 } references }
                && state.Cells.Find(cell.Key) is null && cell.Value.Mentions(memory)
                && references[0].GetSyntax().FirstAncestorOrSelf<BlockSyntax>() is { } block)
                return block.CloseBraceToken;
        }

        return default;
    }

    // Everything that this body still has to release is lost where it ends. What nothing held any more, paths that met had lost sight of.
    private PathState LoseAll(PathState before, PathState state, SyntaxNodeOrToken place, bool isFinal)
    {
        foreach (var entry in Of(state).Objects)
        {
            if (entry.Value.Custody != Custody.Own)
            {
                Leave(entry.Key, entry.Value, place, isFinal, state);
                continue;
            }

            state = entry.Value.Holder.Length == 0 || entry.Value.IsBuried || IsReachable(entry.Key, before)
                ? Lose(entry.Key, AsHeld(entry.Key, entry.Value, before), place, state)
                : GiveUp(entry.Key, state);
        }

        return state;
    }

    // Memory that has gone on to another local is that one's: the first may hold other memory, or none, by now.
    private static Memory AsHeld(Value key, Memory memory, PathState state)
    {
        string? other = null;
        foreach (var cell in state.Cells)
        {
            if (cell.Key is not VariableAddress { Variable: ILocalSymbol local } || !cell.Value.Equals(key))
                continue;
            if (local.Name == memory.Holder)
                return memory;
            other ??= local.Name;
        }

        return other is null || memory.Holder.Length == 0 ? memory : memory with { Holder = other };
    }

    private PathState Lose(Value key, Memory memory, SyntaxNodeOrToken place, PathState state)
    {
        if (AllocationFailure.HasFailed(key, memory, state) || AllocationFailure.IsNoAddress(key, state))
        {
            _observer.NeverThere(memory, place);
            return state;
        }

        var isDoubtful = memory.IsDoubtful || AllocationFailure.FailureFact(key, memory, state) is { IsUncertain: true }
            || (AllocationStatus.WasAsked(memory, state) && !AllocationStatus.MaySaySuccess(memory, state));
        if (!isDoubtful)
            _observer.Leaked(memory, memory.Holder.Length == 0 || place.RawKind == 0 ? memory.Site : place, AllocationFailure.MayBeNothing(key, memory, state));
        return state with { Domain = Of(state).GiveUp(key) };
    }

    // What would be lost if the body ended here, but for what just may be: a release of that could be one too many.
    private static List<HeldMemory> Held(PathState state)
    {
        var held = new List<HeldMemory>();
        foreach (var entry in Of(state).Objects)
        {
            var (key, memory) = (entry.Key, entry.Value);
            if (memory is { Custody: Custody.Own, IsDoubtful: false, IsContents: false, Holder.Length: > 0 } && key is SiteValue { IsOlder: false } && memory.Status is null
                && !AllocationFailure.HasFailed(key, memory, state) && IsReachable(key, state))
                held.Add(new HeldMemory(AsHeld(key, memory, state), AllocationFailure.MayBeNothing(key, memory, state)));
        }

        return held;
    }

    private static bool IsReachable(Value memory, PathState state)
    {
        foreach (var cell in state.Cells)
        {
            if (cell.Value.Mentions(memory))
                return true;
        }

        return false;
    }
}
