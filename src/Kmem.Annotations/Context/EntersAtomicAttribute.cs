using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the call enters an atomic section, which a call with <see cref="LeavesAtomicAttribute"/> of the same section
/// leaves again. Sections nest and are counted.
/// </summary>
/// <remarks>
/// <para>Put it on the method; or on a parameter where the section belongs to the argument, as the section of a per-CPU
/// variable does: <c>get_cpu_var(a)</c> is left by <c>put_cpu_var(a)</c>, not by <c>put_cpu_var(b)</c>.</para>
/// <para>The analyzers report calls between the two that may sleep (KMEM1002, KMEM1003), and paths that end with the section
/// still open (KMEM1004).</para>
/// </remarks>
/// <example>
/// <code>[EntersAtomic("preemption")] void PreemptDisable()</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class EntersAtomicAttribute : Attribute
{
    /// <summary>Names the section that is entered.</summary>
    /// <param name="section">Any name that enter and leave share; the kernel's are <c>"preemption"</c>, <c>"irq"</c>,
    /// <c>"bh"</c>, <c>"rcu"</c>, <c>"percpu"</c> and <c>"kmap_atomic"</c>.</param>
    public EntersAtomicAttribute(string section) => Section = section;

    /// <summary>The section that is entered.</summary>
    public string Section { get; }
}
