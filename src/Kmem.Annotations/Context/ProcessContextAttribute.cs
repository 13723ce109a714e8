using System;

namespace Kmem.Annotations;

/// <summary>
/// Promises that the code runs in process context, on behalf of a thread that can be put to sleep.
/// </summary>
/// <remarks>
/// <para>This is what unmarked code is taken to be; write it out on a member of a type that is
/// <see cref="AtomicContextAttribute">atomic</see> as a whole, or on a delegate type or parameter whose callback is allowed to
/// sleep, such as a work queue's function.</para>
/// <para>The analyzers stop reporting sleeping calls there, and suggest <c>GFP_KERNEL</c> where such code allocates with
/// <c>GFP_ATOMIC</c> without need (KMEM1012).</para>
/// </remarks>
/// <example>
/// <code>[ProcessContext] delegate void WorkFunction(Work work);</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Constructor | AttributeTargets.Property | AttributeTargets.Delegate
    | AttributeTargets.Parameter | AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
public sealed class ProcessContextAttribute : Attribute
{
}
