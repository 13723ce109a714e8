using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Analyzers.Context;

/// <content>References and pointers that a section hands out: used when it is over, or given to somebody else.</content>
internal sealed partial class ContextDomain
{
    public override PathState Load(LoadEvent load, Value address, PathState state)
    {
        CheckUse(load.Operation, address, (ContextState)state.Domain);
        return state;
    }

    public override PathState Store(StoreEvent store, Value address, Value value, PathState before, PathState state)
    {
        var context = (ContextState)state.Domain;
        CheckUse(store.Operation, address, context);
        return address is VariableAddress or CaptureAddress ? state : state with { Domain = HandOver(value, context) };
    }

    public override PathState? Dereference(DereferenceEvent dereference, Value pointer, PathState state)
    {
        CheckUse(dereference.Operation, pointer, (ContextState)state.Domain);
        return state;
    }

    public override PathState Escape(IOperation operation, Value value, PathState state) =>
        state with { Domain = HandOver(value, (ContextState)state.Domain) };

    private void CheckUse(CallSite site, ContextState context)
    {
        if (context.Stale.IsEmpty || site.Contract.HasContextEffect)
            return;

        foreach (var argument in site.Call.Arguments.Where(argument => argument.Parameter is { RefKind: not RefKind.None } or { Type: IPointerTypeSymbol }))
            CheckUse(argument.Operation, site.ValueOf(argument), context);
    }

    private void CheckUse(IOperation operation, Value address, ContextState context)
    {
        if (context.Stale.IsEmpty || FindStale(address, context) is not { } found)
            return;

        var used = operation switch
        {
            IAssignmentOperation assignment => assignment.Target.Syntax,
            IIncrementOrDecrementOperation step => step.Target.Syntax,
            _ => operation.Syntax,
        };
        _reports.Needs.AddStale(used, found);
    }

    private static StaleHandle? FindStale(Value address, ContextState context)
    {
        foreach (var stale in context.Stale)
        {
            if (stale.Reaches(address))
                return stale;
        }

        return null;
    }

    // Whoever has the address of a mapping unmaps it.
    private static ContextState HandOver(Value value, ContextState context)
    {
        foreach (var open in context.Open)
        {
            if (open.IsMapping && IsHandle(value, open))
                context = context with { Open = context.Open.Remove(open) };
        }

        return context;
    }

    private static bool IsHandle(Value value, OpenSection open) => open.Handle is { } handle && StaleHandle.RootOf(value).Equals(handle);
}
