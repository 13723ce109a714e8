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
        if (IsExposed(state) && Exceptions!.MayThrow(site))
            Expose(site.Syntax, site.Method!.MethodKind == MethodKind.Constructor ? site.Method.ContainingType.Name : site.Method.Name, state);
    }

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
            if (IsExposed(entry.Key, entry.Value, state))
                _observer.Exposed(entry.Value, at, thrower);
        }
    }

    private static bool IsExposed(Value value, Memory memory, PathState state) =>
        memory is { IsOfPlatform: true, Custody: Custody.Own or Custody.None } && Of(state).Endings.Find(value) is null && !AllocationFailure.HasFailed(value, memory, state);
}
