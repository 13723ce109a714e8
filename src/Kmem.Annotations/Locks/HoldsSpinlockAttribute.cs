using System;

namespace Kmem.Annotations;

/// <summary>
/// Demands that the caller holds a spinlock, and promises to keep it: the body runs in atomic context.
/// </summary>
/// <remarks>
/// <para>Put it on a method, property or delegate type; several times for several locks.</para>
/// <para>The analyzers report a caller that does not hold the lock (KMEM1009), and sleeping calls in the body (KMEM1002).</para>
/// </remarks>
/// <example>
/// <code>[HoldsSpinlock("dev.lk")] void ResetRing(Device* dev)</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property | AttributeTargets.Delegate, AllowMultiple = true)]
public sealed class HoldsSpinlockAttribute : Attribute
{
    /// <summary>Names the lock that must be held.</summary>
    /// <param name="lockName">A parameter, field or property in the method's scope, or a dotted path that starts at one
    /// and may lead through pointers (<c>"dev.lk"</c>); empty for any spinlock. A name that is not in scope is
    /// KMEM9001.</param>
    public HoldsSpinlockAttribute(string lockName = "") => LockName = lockName;

    /// <summary>The lock that must be held; empty for any spinlock.</summary>
    public string LockName { get; }
}
