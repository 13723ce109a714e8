using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Events;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Values;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.FlowAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <content>Exceptions, and what memory is there when they come.</content>
internal sealed partial class LifetimeDomain
{
    /// <summary>Which calls may throw; null where nobody asks.</summary>
    public ThrowingCalls? Exceptions { get; init; }

    public override PathState Await(AwaitEvent await, PathState state)
    {
        if (IsExposed(state))
            Expose(await.Operation.Syntax, "await", state);
        return state;
    }

    private void ExposeAt(CallSite site, PathState state)
    {
        if (!IsExposed(state))
            return;
        if (Exceptions!.MayThrow(site))
            Expose(site.Syntax, site.Name, state);
        else if (IsInConstructor && MayBeTooMuch(site))
            ExposeFields(site.Syntax, site.Name, state);
    }

    // An allocation that throws where it fails, of as much as somebody else has asked for.
    private static bool MayBeTooMuch(CallSite site) => site.Contract.Allocates is { NeverNull: true }
        && site.Argument(site.Contract.FindParameter(parameter => parameter.MaxSize is not null)) is not (null or ConstantValue);

    // An exception that this body throws itself, and that nothing in it may catch.
    private void ExposeAt(ControlFlowBranch thrown, PathState state)
    {
        if (IsExposed(state))
            Expose(thrown.Source.BranchValue!.Syntax, "throw", state);
    }

    private bool IsExposed(PathState state)
    {
        if (Exceptions is null)
            return false;

        foreach (var entry in Of(state).Objects)
        {
            if (IsExposed(entry.Key, entry.Value, state))
                return true;
        }

        return false;
    }

    private void Expose(SyntaxNode at, string thrower, PathState state)
    {
        foreach (var entry in Of(state).Objects)
        {
            if (entry.Value.Custody != Custody.Stored && IsExposed(entry.Key, entry.Value, state))
                _observer.Exposed(entry.Value, at, thrower);
        }

        ExposeFields(at, thrower, state);
    }

    // Nobody gets an object whose constructor throws.
    private void ExposeFields(SyntaxNode at, string thrower, PathState state)
    {
        if (!IsInConstructor)
            return;

        foreach (var cell in state.Cells)
        {
            if (cell.Key is FieldAddress { Target: ThisValue, Field: IFieldSymbol { DeclaredAccessibility: Accessibility.Private } field }
                && Of(state).Objects.Find(cell.Value) is { Custody: Custody.Stored } memory && IsExposed(cell.Value, memory, state))
                _observer.ExposedInConstructor(memory, field, at, thrower);
        }
    }

    private bool IsInConstructor => _graph.Method is { MethodKind: MethodKind.Constructor, ContainingType.IsReferenceType: true };

    private bool IsExposed(Value value, Memory memory, PathState state) =>
        memory.IsOfPlatform && (memory.Custody is Custody.Own or Custody.None || (memory.Custody == Custody.Stored && IsInConstructor))
        && Of(state).Endings.Find(value) is null && !AllocationFailure.HasFailed(value, memory, state);
}
