using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the call maps the argument, until <see cref="UnmapsAttribute"/> of the same kind undoes it. Mappings are
/// counted per argument.
/// </summary>
/// <remarks>
/// <para>Put it on the parameter that is mapped.</para>
/// <para>The analyzers report a path that ends without the unmapping call, and an unmapping call too many (KMEM2010).</para>
/// <para>Temporary and permanent mappings: Linux Kernel Development, 3rd ed., ch. 12, "High Memory Mappings".</para>
/// </remarks>
/// <example>
/// <code>void* Map([Maps("window")] Page* page)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class MapsAttribute : Attribute
{
    /// <summary>Names the kind of mapping.</summary>
    /// <param name="kind">Any name that mapping and unmapping share, such as <c>"kmap"</c>.</param>
    public MapsAttribute(string kind) => Kind = kind;

    /// <summary>The kind of mapping.</summary>
    public string Kind { get; }
}
