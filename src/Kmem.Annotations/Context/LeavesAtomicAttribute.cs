using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the call leaves the atomic section that a call with <see cref="EntersAtomicAttribute"/> of the same name
/// entered.
/// </summary>
/// <remarks>
/// <para>Put it on the method, or on the parameter whose argument the section belongs to, as on the entering side.</para>
/// <para>The analyzers allow sleeping again behind the call, and report one that leaves what was not entered (KMEM1005).</para>
/// </remarks>
/// <example>
/// <code>[LeavesAtomic("preemption")] void PreemptEnable()</code>
/// </example>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Parameter)]
public sealed class LeavesAtomicAttribute : Attribute
{
    /// <summary>Names the section that is left.</summary>
    /// <param name="section">The name given to <see cref="EntersAtomicAttribute"/>.</param>
    public LeavesAtomicAttribute(string section) => Section = section;

    /// <summary>The section that is left.</summary>
    public string Section { get; }
}
