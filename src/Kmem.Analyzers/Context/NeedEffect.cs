using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>A call that needs what only the callers of its body can see to: a lock held, or the thread kept on its CPU.</summary>
/// <param name="Node">The call.</param>
/// <param name="Callee">What is called there.</param>
/// <param name="Lock">The lock; null: the thread must stay on its CPU.</param>
/// <param name="LockText">The lock as it would be written at the call; empty: any spinlock, or none.</param>
internal sealed record NeedEffect(SyntaxNodeOrToken Node, string Callee, SectionKey? Lock, string LockText)
{
    /// <summary>Whether the code has there what the call needs, or may have it.</summary>
    public bool IsMetIn(ContextState context) => Lock is null
        ? context.IsAtomic || context.IsFoundAtomic
        : context.Open.Any(open => open.Kind == Lock.Kind && open.MayBe(Lock));
}
