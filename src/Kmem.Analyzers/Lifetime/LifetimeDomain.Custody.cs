using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Lifetime;

/// <content>Who has to release memory.</content>
internal sealed partial class LifetimeDomain
{
    private const int MaxNoted = 16;

    // On whatever path: what a callee keeps on one, its caller had better not rely on having.
    private ImmutableArray<Value> _kept = ImmutableArray<Value>.Empty;
    private ImmutableArray<Value> _used = ImmutableArray<Value>.Empty;

    public override PathState Escape(IOperation operation, Value value, PathState state) => GiveUp(value, state);

    public override PathState Leave(FlowEvent exit, Value? value, PathState state)
    {
        if (exit is ThrowEvent || value is null)
            return state;

        var used = UseReturned(value, exit.Operation, state);
        var lifetime = Of(used);
        foreach (var entry in Of(used).Objects)
        {
            if (entry.Value.Custody is not (Custody.Own or Custody.None) || !Pointers.Holds(value, entry.Key))
                continue;
            _observer.HandedOn(entry.Value, exit.Operation.Syntax);
            lifetime = HandOver(entry.Key, Custody.Returned, lifetime);
        }

        return ReferenceEquals(lifetime, used.Domain) ? used : used with { Domain = lifetime };
    }

    /// <summary>The whole of a struct is read: whoever gets the copy may keep the memory in it.</summary>
    public override PathState Load(LoadEvent load, Value address, PathState state) =>
        load.Operation.Type is { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } ? GiveUpContents(address, state) : state;

    // Callers are told by what the struct held.
    private PathState GiveUpContents(Value address, PathState state)
    {
        if (IsForCallers && Pointers.Root(address) is EntryValue)
            Note(PathState.AtEntry(address), ref _kept);
        if (!Owns(Of(state)))
            return state;

        foreach (var held in ValuesInside(address, state))
            state = GiveUp(held, state);
        return state;
    }

    private static bool Owns(LifetimeState lifetime)
    {
        foreach (var entry in lifetime.Objects)
        {
            if (entry.Value.Custody == Custody.Own)
                return true;
        }

        return false;
    }

    /// <summary>The value goes where it cannot be followed: whoever has it now may release it.</summary>
    private PathState GiveUp(Value value, PathState state)
    {
        var given = GiveUpItself(value, state);
        return Pointers.VariableOf(value) is not null && Owns(Of(given)) ? GiveUp(ValuesBehind(value, given), given) : given;
    }

    private PathState GiveUp(List<Value> values, PathState state)
    {
        foreach (var value in values)
            state = GiveUpItself(value, state);
        return state;
    }

    private PathState GiveUpItself(Value value, PathState state)
    {
        if (IsForCallers && Pointers.Root(value) is EntryValue { Address: var address } entry && (Pointers.HoldsPointer(address) || Pointers.HoldsHandle(address) || Pointers.IsReference(address) || Pointers.IsCallersPointer(address)))
            state = NoteKept(entry, state);

        var lifetime = Of(state);
        foreach (var held in Of(state).Objects)
        {
            if (held.Value.Custody == Custody.Own && Pointers.Holds(value, held.Key))
                lifetime = HandOver(held.Key, Custody.None, lifetime);
        }

        return ReferenceEquals(lifetime, state.Domain) ? state : state with { Domain = lifetime };
    }

    // Who has the address of a variable has what it holds, and so on: variables may lead to each other in a circle.
    private static List<Value> ValuesBehind(Value address, PathState state)
    {
        var values = ValuesInside(address, state);
        AddValueAt(address, state, values);
        for (var i = 0; i < values.Count; i++)
        {
            if (Pointers.VariableOf(values[i]) is null)
                continue;
            foreach (var inner in ValuesInside(values[i], state))
                AddNew(inner, values);
            AddValueAt(values[i], state, values);
        }

        return values;
    }

    // What the fields of a struct hold, and those of structs in it.
    private static List<Value> ValuesInside(Value address, PathState state)
    {
        var values = new List<Value>();
        foreach (var cell in state.Cells)
        {
            if (cell.Key is FieldAddress { Target: { } target } && Pointers.IsWithin(target, address))
                AddNew(cell.Value, values);
        }

        return values;
    }

    private static void AddValueAt(Value address, PathState state, List<Value> values)
    {
        if (state.Cells.Find(address) is { } held)
            AddNew(held, values);
    }

    private static void AddNew(Value value, List<Value> values)
    {
        if (!values.Contains(value))
            values.Add(value);
    }

    // Memory goes with all that is kept in it.
    private static LifetimeState HandOver(Value value, Custody custody, LifetimeState lifetime)
    {
        if (lifetime.Objects.Find(value) is { Custody: Custody.Own } memory)
            lifetime = lifetime.With(value, memory with { Custody = custody, Keeper = null });
        foreach (var inner in lifetime.Objects)
        {
            if (value.Equals(inner.Value.Keeper))
                lifetime = HandOver(inner.Key, Custody.None, lifetime);
        }

        return lifetime;
    }

    private static void Note(Value value, ref ImmutableArray<Value> noted)
    {
        if (noted.Length < MaxNoted && !noted.Contains(value))
            noted = noted.Add(value);
    }

    // Where the body says how it went, its caller can tell the paths that keep what was passed from those that do not.
    private PathState NoteKept(EntryValue value, PathState state)
    {
        if (_tellsOutcome && (value.Address is VariableAddress || Pointers.IsCallersPointer(value.Address)))
            return Of(state).AddKept(value) is var told && ReferenceEquals(told, state.Domain) ? state : state with { Domain = told };

        Note(value, ref _kept);
        return state;
    }

    // What is stored is kept: by a local, by other memory of this body, or by somebody else.
    private PathState Keep(StoreEvent store, Value address, Value value, PathState state)
    {
        if (address is CaptureAddress || (Pointers.VariableOf(address) is { } variable && !_graph.IsCaptured(variable)))
            return state;

        state = ForgetContents(value, UseStored(store, address, value, state));
        if (value is EntryValue { Address: var source } && Pointers.IsCallersPointer(source) && Pointers.IsCallersPointer(address))
            return state; // From one place of the caller's to another: the caller sees it there.
        if (address is VariableAddress || Pointers.Root(value) is not { } key || Of(state).Objects.Find(key) is not { Custody: Custody.Own } memory || !key.Equals(value))
            return GiveUp(value, state);

        var lifetime = Of(state);
        if (Pointers.KeeperOf(address) is { } keeper && !keeper.Equals(key) && lifetime.Objects.Find(keeper) is { Custody: Custody.Own })
            return state with { Domain = lifetime.With(key, memory with { Keeper = keeper }) };

        lifetime = HandOver(key, Custody.Stored, lifetime);
        if (LocalArray.Of(address, state) is { } array)
            return state with { Domain = memory.IsOfPlatform ? lifetime.With(array.Value, array.Filled(memory)) : lifetime };

        _observer.HandedOn(memory, store.Operation.Syntax);
        return state with { Domain = lifetime };
    }

    // An array that others can reach is no longer this body's to empty.
    private static PathState ForgetContents(Value value, PathState state) => Of(state).Objects.Find(value) is { IsContents: true }
        ? state with { Domain = Of(state) with { Objects = Of(state).Objects.Remove(value) } }
        : state;

    private PathState UseReturned(Value value, IOperation operation, PathState state) =>
        Of(state).Endings.Count == 0 || value is not (SiteValue or EntryValue or OperatorValue { Kind: Operator.Offset } or FieldAddress or ElementAddress)
            ? state
            : UseWhatIsThere(value, operation, state);

    private PathState UseStored(StoreEvent store, Value address, Value value, PathState state) =>
        address is VariableAddress || Of(state).Endings.Count == 0 || store.Operation is not ISimpleAssignmentOperation assignment
            ? state
            : UseReturned(value, assignment.Value, state);

    // What a call that is not known gets, it may keep.
    private PathState Leave(CallSite site, PathState state)
    {
        var lifetime = Of(state);
        if (lifetime.Objects.Count > 0 || IsForCallers)
        {
            foreach (var argument in site.Call.Arguments)
                state = Hand(site, argument, state);
            if (!site.Contract.This.SaysMemory && !site.Contract.This.IsPool && site.Call.Operation is not IPropertyReferenceOperation && Releases.Handle(site, state) is { } handle
                && !Views.IsOnlyLent(site, handle, state))
                state = GiveUp(handle, state);
        }

        return CallEffects.Forget(site, state with { Domain = ForgetPlaces(site, Of(state)) });
    }

    private PathState Hand(CallSite site, CallArgument argument, PathState state)
    {
        var value = site.ValueOf(argument);
        var contract = argument.Parameter is null ? ParameterContract.Empty : site.Contract.Parameter(argument.Parameter.Ordinal);
        if (argument.Parameter is { RefKind: not RefKind.None } || value is VariableAddress)
            return GiveUp(state.Load(value), Views.MayLeave(site, value, state) ? GiveUp(value, state) : state);
        if (contract.RetainsUntil is not null)
            return GiveUp(value, state);
        if (Views.IsOnlyLent(site, argument, state))
            return state;

        if (contract.SaysMemory || contract.IsPool || contract.Maps is not null || contract.Unmaps is not null || contract.TestsFamily is not null
            || contract.IsReturned || contract.NotNullWhen is not null || contract.NotNullOnReturn)
            return state;

        if (site.Method is { IsExtern: true } && Of(state).Objects.Find(value) is { IsOfPlatform: true } memory)
            _observer.Lent(memory, argument.Operation.Syntax);
        return GiveUp(value, state);
    }
}
