using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the call answers whether the argument is memory of a family: it returns true exactly if it is.
/// </summary>
/// <remarks>
/// <para>Put it on the parameter of a method that returns <see langword="bool"/>.</para>
/// <para>The analyzers let such a test decide which release is right on which branch, as in
/// <c>if (is_vmalloc_addr(p)) vfree(p); else kfree(p);</c>.</para>
/// </remarks>
/// <example>
/// <code>bool IsMapped([TestsFamily("mmap")] void* address)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class TestsFamilyAttribute : Attribute
{
    /// <summary>Names the family that is tested for.</summary>
    /// <param name="family">The name given to <see cref="AllocatesAttribute"/>.</param>
    public TestsFamilyAttribute(string family) => Family = family;

    /// <summary>The family that is tested for.</summary>
    public string Family { get; }
}
