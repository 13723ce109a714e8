using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the call ends one mapping of the argument, made by a call with <see cref="MapsAttribute"/> of the same kind.
/// </summary>
/// <remarks>
/// <para>Put it on the parameter that is unmapped: the page itself, not the address it was mapped at.</para>
/// <para>The analyzers report mappings and unmappings that do not match on every path (KMEM2010).</para>
/// </remarks>
/// <example>
/// <code>void Unmap([Unmaps("window")] Page* page)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class UnmapsAttribute : Attribute
{
    /// <summary>Names the kind of mapping.</summary>
    /// <param name="kind">The name given to <see cref="MapsAttribute"/>.</param>
    public UnmapsAttribute(string kind) => Kind = kind;

    /// <summary>The kind of mapping.</summary>
    public string Kind { get; }
}
