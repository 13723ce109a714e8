using System;

namespace Kmem.Annotations;

/// <summary>Says that the call drops a spinlock that its caller held.</summary>
/// <remarks>
/// <para>Put it on the parameter that is the lock; or on a method or constructor, for the lock that is <c>this</c> or that is
/// named. The body of a method that says so starts with the lock held.</para>
/// <para>The analyzers allow sleeping again behind the call, and report a release of what is not held (KMEM1005).</para>
/// </remarks>
/// <example>
/// <code>[ReleasesSpinlock("_ringLock")] void EndUpdate()</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Parameter)]
public sealed class ReleasesSpinlockAttribute : Attribute
{
    /// <summary>Names the lock that is dropped.</summary>
    /// <param name="lockName">On a method or constructor: the field, property or parameter that is the lock, and empty
    /// for <c>this</c>. On a parameter: empty.</param>
    public ReleasesSpinlockAttribute(string lockName = "") => LockName = lockName;

    /// <summary>The lock that is dropped; empty for the annotated parameter, or for <c>this</c>.</summary>
    public string LockName { get; }

    /// <summary>The results with which the lock is dropped; <see cref="Outcome.Always"/> where nothing is said.</summary>
    public Outcome When { get; set; }
}
