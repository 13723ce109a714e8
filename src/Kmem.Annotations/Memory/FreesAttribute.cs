using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the call releases the argument, which must be live memory of one of these families, or null (unless the
/// parameter is also <c>[DisallowNull]</c>).
/// </summary>
/// <remarks>
/// <para>Put it on the parameter that is released. A method of the same compilation that only hands its parameter on to
/// such a function needs no attribute.</para>
/// <para>The analyzers report memory of another family (KMEM2002), memory released already (KMEM2003), and every later use
/// (KMEM2004).</para>
/// </remarks>
/// <example>
/// <code>void DestroyRing([Frees("ring")] Ring* ring)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class FreesAttribute : Attribute
{
    /// <summary>Names the families that are released here.</summary>
    /// <param name="families">The names given to <see cref="AllocatesAttribute"/>; at least one.</param>
    public FreesAttribute(params string[] families) => Families = families;

    /// <summary>The families that are released here.</summary>
    public string[] Families { get; }

    /// <summary>The results with which the argument is released; <see cref="Outcome.Always"/> where nothing is said.</summary>
    public Outcome When { get; set; }
}
