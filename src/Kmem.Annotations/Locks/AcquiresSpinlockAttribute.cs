using System;

namespace Kmem.Annotations;

/// <summary>Says that the call takes a spinlock, which the caller holds from then on.</summary>
/// <remarks>
/// <para>Put it on the parameter that is the lock; or on a method or constructor, for the lock that is <c>this</c> or that is
/// named. The body of a method that says so may end with the lock held.</para>
/// <para>The analyzers treat what follows as atomic, and report sleeping calls (KMEM1002), paths that end with the lock held
/// (KMEM1004) and a second acquisition (KMEM1006).</para>
/// <para>What a spinlock asks of its holder: Linux Kernel Development, 3rd ed., ch. 10, "Spin Locks".</para>
/// </remarks>
/// <example>
/// <code>bool TryLock([AcquiresSpinlock(When = Outcome.True)] ref SpinLock l)</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Parameter)]
public sealed class AcquiresSpinlockAttribute : Attribute
{
    /// <summary>Names the lock that is taken.</summary>
    /// <param name="lockName">On a method or constructor: the field, property or parameter that is the lock, and empty
    /// for <c>this</c>. On a parameter: empty.</param>
    public AcquiresSpinlockAttribute(string lockName = "") => LockName = lockName;

    /// <summary>The lock that is taken; empty for the annotated parameter, or for <c>this</c>.</summary>
    public string LockName { get; }

    /// <summary>The results with which the lock is held; <see cref="Outcome.Always"/> where nothing is said.</summary>
    public Outcome When { get; set; }
}
