using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Kmem.Analyzers.Contracts;
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

/// <content>Who has to release memory, and where the last pointer to it is lost.</content>
internal sealed partial class LifetimeDomain
{
    private const int MaxNoted = 16;

    private readonly Dictionary<ControlFlowBranch, SyntaxNodeOrToken> _places = new();

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
            if (entry.Value.Custody == Custody.Own && Holds(value, entry.Key))
                lifetime = HandOver(entry.Key, Custody.Returned, lifetime);
        }

        return ReferenceEquals(lifetime, used.Domain) ? used : used with { Domain = lifetime };
    }

    public override PathState Follow(ControlFlowBranch branch, PathState before, PathState state)
    {
        var lifetime = Of(state);
        if (lifetime.Objects.Count == 0 && lifetime.Endings.Count == 0)
            return state;
        if (branch.Destination?.Kind == BasicBlockKind.Exit)
            return LoseAll(before, UseBehindFinally(branch, state), PlaceOf(branch));

        return ReferenceEquals(before.Cells, state.Cells) ? state : LeaveScope(before, state);
    }

    public override void Exit(ControlFlowBranch branch, PathState state)
    {
        if (branch.Destination is not null || branch.Source.BranchValue is null || Of(state).Objects.Count == 0)
            return;

        ExposeAt(branch, state);
        LoseAll(state, state, PlaceOf(branch));
    }

    // A finally runs after the value to be returned is known, and before anybody gets it.
    private PathState UseBehindFinally(ControlFlowBranch branch, PathState state) =>
        branch.Semantics == ControlFlowBranchSemantics.Return && !branch.FinallyRegions.IsEmpty
        && branch.Source.BranchValue is { } operation && state.Cells.Find(Interpreter.ReturnAddress) is { } value
            ? UseReturned(value, operation, state)
            : state;

    /// <summary>The whole of a struct is read: whoever gets the copy may keep the memory in it.</summary>
    public override PathState Load(LoadEvent load, Value address, PathState state) =>
        load.Operation.Type is { TypeKind: TypeKind.Struct, SpecialType: SpecialType.None } && Owns(Of(state)) ? GiveUpInside(address, state) : state;

    // What the block in front of it did with memory is not known.
    public override DomainState EnterHandler(DomainState domain, IReadOnlyList<FlowEvent> tried)
    {
        var lifetime = (LifetimeState)domain;
        foreach (var entry in lifetime.Objects)
            lifetime = lifetime.GiveUp(entry.Key);
        return lifetime;
    }

    public override DomainState Rename(PathState state, SiteValue value)
    {
        var lifetime = Of(state);
        if (lifetime.Objects.Count == 0 && lifetime.Endings.Count == 0)
            return lifetime;

        var objects = lifetime.Objects.RemoveWhere(entry => entry.Key.Mentions(value));
        var endings = lifetime.Endings.RemoveWhere(entry => entry.Key.Mentions(value));
        foreach (var entry in objects)
            objects = objects.Set(entry.Key, Rename(entry.Value, value));

        if (IsReachable(value, state))
        {
            if (lifetime.Objects.Find(value) is { } memory)
                objects = objects.Set(value.Older, HasFailed(value, memory, state) ? memory with { Custody = Custody.None } : Rename(memory, value));
            endings = lifetime.Endings.Find(value) is { } ending ? endings.Set(value.Older, ending) : endings.Remove(value.Older);
        }

        return ReferenceEquals(objects, lifetime.Objects) && ReferenceEquals(endings, lifetime.Endings)
            ? lifetime
            : lifetime with { Objects = objects, Endings = endings };
    }

    public override IEnumerable<SiteValue> Remembered(SyntaxNode expression, DomainState domain)
    {
        foreach (var entry in ((LifetimeState)domain).Endings)
        {
            if (entry.Key.FindResultOf(expression) is { } result)
                yield return result;
        }
    }

    private static Memory Rename(Memory memory, SiteValue value)
    {
        if (value.Equals(memory.Status))
            memory = memory with { Status = value.Older };
        if (memory.Keeper is not { } keeper)
            return memory;

        // Kept by what was already the older one: that is no longer told from other memory.
        return keeper.Equals(value) ? memory with { Keeper = value.Older }
            : keeper.Equals(value.Older) ? memory with { Keeper = null, Custody = Custody.None }
            : memory;
    }

    // What a call gave through its arguments is made anew by the same call; what nothing holds any more has no name then.
    private static PathState ForgetParts(CallSite site, PathState state)
    {
        var lifetime = Of(state);
        if (lifetime.Objects.Count == 0 && lifetime.Endings.Count == 0)
            return state;

        var objects = lifetime.Objects.RemoveWhere(entry => IsPart(entry.Key));
        var endings = lifetime.Endings.RemoveWhere(entry => IsPart(entry.Key));
        return ReferenceEquals(objects, lifetime.Objects) && ReferenceEquals(endings, lifetime.Endings)
            ? state
            : state with { Domain = lifetime with { Objects = objects, Endings = endings } };

        bool IsPart(Value value) => value is SiteValue made
            ? made is { Part: >= 10, IsOlder: false } && ReferenceEquals(made.Syntax, site.Syntax)
            : value.Parts.Any(IsPart);
    }

    // Many paths leave at the same place.
    private SyntaxNodeOrToken PlaceOf(ControlFlowBranch branch)
    {
        if (!_places.TryGetValue(branch, out var place))
            _places.Add(branch, place = ExitPlace.Of(branch, _graph.Graph));
        return place;
    }

    /// <summary>The memory that an address is in.</summary>
    private static Value Root(Value value) => value switch
    {
        OperatorValue { Kind: Operator.Offset or Operator.Derived } part => Root(part.Left),
        FieldAddress { Target: { } target } => Root(target),
        ElementAddress element => Root(element.Target),
        _ => value,
    };

    // Whether a value is the memory's address, or made of it; what was read from the memory is not.
    private static bool Holds(Value value, Value memory)
    {
        if (!value.Mentions(memory))
            return false;

        return value.Equals(memory) || (value is not (EntryValue or OperatorValue { Kind: Operator.Equal or Operator.Less or Operator.Not or Operator.Matches })
            && value.Parts.Any(part => Holds(part, memory)));
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

    private static bool IsReachable(Value memory, PathState state)
    {
        foreach (var cell in state.Cells)
        {
            if (cell.Value.Mentions(memory))
                return true;
        }

        return false;
    }

    /// <summary>The value goes where it cannot be followed: whoever has it now may release it.</summary>
    private PathState GiveUp(Value value, PathState state)
    {
        if (IsForCallers && Root(value) is EntryValue { Address: var address } entry && (HoldsPointer(address) || HoldsHandle(address)))
            Note(entry, ref _kept);

        var lifetime = Of(state);
        foreach (var held in Of(state).Objects)
        {
            if (held.Value.Custody == Custody.Own && Holds(value, held.Key))
                lifetime = HandOver(held.Key, Custody.None, lifetime);
        }

        var given = ReferenceEquals(lifetime, state.Domain) ? state : state with { Domain = lifetime };
        return VariableOf(value) is not null && Owns(lifetime) ? GiveUpInside(value, given) : given;
    }

    // Who has the address of a variable, or a copy of it, has what is in its fields.
    private PathState GiveUpInside(Value address, PathState state)
    {
        foreach (var cell in state.Cells)
        {
            if (cell.Key is FieldAddress { Target: { } target } && IsWithin(target, address))
                state = GiveUp(cell.Value, state);
        }

        return state;
    }

    private static bool IsWithin(Value address, Value outer) =>
        address.Equals(outer) || (address is FieldAddress { Target: { } target } && IsWithin(target, outer));

    /// <summary>The variable that an address is in: its own, or that of a field of a struct; null where others may reach it too.</summary>
    private static ISymbol? VariableOf(Value address) => address switch
    {
        VariableAddress { Variable: var variable } => variable,
        FieldAddress { Target: { } target } => VariableOf(target),
        _ => null,
    };

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

    // What is stored is kept: by a local, by other memory of this body, or by somebody else.
    private PathState Keep(StoreEvent store, Value address, Value value, PathState state)
    {
        if (address is CaptureAddress || (VariableOf(address) is { } variable && !_graph.IsCaptured(variable)))
            return state;

        state = UseStored(store, address, value, state);
        if (address is VariableAddress || Root(value) is not { } key || Of(state).Objects.Find(key) is not { Custody: Custody.Own } memory || !key.Equals(value))
            return GiveUp(value, state);

        var lifetime = Of(state);
        var keeper = KeeperOf(address);
        return state with
        {
            Domain = keeper is not null && !keeper.Equals(key) && lifetime.Objects.Find(keeper) is { Custody: Custody.Own }
                ? lifetime.With(key, memory with { Keeper = keeper })
                : HandOver(key, Custody.Stored, lifetime),
        };
    }

    private static Value? KeeperOf(Value address) => address switch
    {
        FieldAddress { Target: FieldAddress inner } => KeeperOf(inner),
        FieldAddress { Target: SiteValue target } => target,
        _ => null,
    };

    // A place gets another value: what it held is lost if nothing else holds it.
    private PathState Replace(StoreEvent store, Value address, Value value, PathState before, PathState state)
    {
        state = ForgetNames(address, state);
        var old = before.Load(address);
        if (old.Equals(value) || address is CaptureAddress)
            return state;
        if (Of(state).Objects.Find(value) is { ResizedFrom: { } resized } result && resized.Equals(old) && HasFailed(value, result, state))
            return LoseByResize(store, address, old, result, state);
        if (VariableOf(address) is null || !Owns(Of(state)))
            return state;

        foreach (var entry in Of(state).Objects)
        {
            if (entry.Value.Custody == Custody.Own && Holds(old, entry.Key) && !IsReachable(entry.Key, state))
                state = Lose(entry.Key, entry.Value, store.Operation.Syntax, state);
        }

        return state;
    }

    // Another name of the same field may have been written.
    private static PathState ForgetNames(Value address, PathState state)
    {
        var lifetime = Of(state);
        if (address is not FieldAddress field || lifetime.Endings.Count == 0)
            return state;

        var kept = lifetime.Endings.RemoveWhere(entry => entry.Key is EntryValue { Address: FieldAddress other }
            && !other.Equals(field) && SymbolEqualityComparer.Default.Equals(other.Field, field.Field));
        return ReferenceEquals(kept, lifetime.Endings) ? state : state with { Domain = lifetime with { Endings = kept } };
    }

    // A parameter's old value is the caller's still.
    private PathState LoseByResize(StoreEvent store, Value address, Value old, Memory result, PathState state)
    {
        var isOurs = address is not VariableAddress || Of(state).Objects.Find(old) is { Custody: Custody.Own };
        if (!isOurs || IsReachable(old, state))
            return state;

        _observer.LostByResize(result, store.Operation);
        return GiveUp(old, state);
    }

    private PathState LeaveScope(PathState before, PathState state)
    {
        foreach (var entry in Of(state).Objects)
        {
            if (entry.Key is not SiteValue || IsReachable(entry.Key, state))
                continue;
            if (entry.Value.Custody == Custody.Own && IsReachable(entry.Key, before))
                state = Lose(entry.Key, entry.Value, EndOfScope(entry.Key, before, state), state);
            else if (!HasFailed(entry.Key, entry.Value, state))
                _observer.NotLeaked(entry.Value, EndOfScope(entry.Key, before, state));
            state = state with { Domain = Of(state) with { Objects = Of(state).Objects.Remove(entry.Key), Endings = Of(state).Endings.Remove(entry.Key) } };
        }

        return state;
    }

    private static SyntaxNodeOrToken EndOfScope(Value memory, PathState before, PathState state)
    {
        foreach (var cell in before.Cells)
        {
            if (VariableOf(cell.Key) is ILocalSymbol { DeclaringSyntaxReferences: { Length: > 0 } references }
                && state.Cells.Find(cell.Key) is null && cell.Value.Mentions(memory)
                && references[0].GetSyntax().FirstAncestorOrSelf<BlockSyntax>() is { } block)
                return block.CloseBraceToken;
        }

        return default;
    }

    // Everything that this body still has to release is lost where it ends. What nothing held any more, paths that met had lost sight of.
    private PathState LoseAll(PathState before, PathState state, SyntaxNodeOrToken place)
    {
        foreach (var entry in Of(state).Objects)
        {
            if (entry.Value.Custody != Custody.Own)
            {
                if (!HasFailed(entry.Key, entry.Value, state))
                    _observer.NotLeaked(entry.Value, place);
                continue;
            }

            state = entry.Value.Holder.Length == 0 || entry.Value.IsBuried || IsReachable(entry.Key, before)
                ? Lose(entry.Key, entry.Value, place, state)
                : GiveUp(entry.Key, state);
        }

        return state;
    }

    private PathState Lose(Value key, Memory memory, SyntaxNodeOrToken place, PathState state)
    {
        if (HasFailed(key, memory, state))
        {
            _observer.NeverThere(memory, place);
            return state;
        }

        var isDoubtful = memory.IsDoubtful || FailureFact(key, memory, state) is { IsUncertain: true }
            || (AllocationStatus.WasAsked(memory, state) && !AllocationStatus.MaySaySuccess(memory, state));
        if (!isDoubtful)
            _observer.Leaked(memory, memory.Holder.Length == 0 || place.RawKind == 0 ? memory.Site : place, (state.SignsOf(key) & Signs.Zero) != 0);
        return state with { Domain = Of(state).GiveUp(key) };
    }

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
            if (!site.Contract.This.SaysMemory && !site.Contract.This.IsPool && site.Call.Operation is not IPropertyReferenceOperation && Handle(site, state) is { } handle)
                state = GiveUp(handle, state);
        }

        return CallEffects.Forget(site, state with { Domain = ForgetPlaces(site, Of(state)) });
    }

    private PathState Hand(CallSite site, CallArgument argument, PathState state)
    {
        var value = site.ValueOf(argument);
        var contract = argument.Parameter is null ? ParameterContract.Empty : site.Contract.Parameter(argument.Parameter.Ordinal);
        if (argument.Parameter is { RefKind: not RefKind.None } || value is VariableAddress)
            return GiveUp(state.Load(value), state);
        if (contract.RetainsUntil is not null)
            return GiveUp(value, state);

        return contract.SaysMemory || contract.IsPool || contract.Maps is not null || contract.Unmaps is not null || contract.TestsFamily is not null
            || contract.IsReturned || contract.NotNullWhen is not null || contract.NotNullOnReturn
            ? state
            : GiveUp(value, state);
    }
}
