using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the call hands out memory (or another resource) of a family, which the caller owns and must release with a
/// function that <see cref="FreesAttribute">frees</see> this family. It may be null, unless a property says otherwise.
/// </summary>
/// <remarks>
/// <para>Put it on the return value, or on an <see langword="out"/> or <see langword="ref"/> parameter.</para>
/// <para>The analyzers report a use that nothing checked for null (KMEM2001), a release by another family's function
/// (KMEM2002), a second release (KMEM2003), a use after it (KMEM2004) and a path that never releases (KMEM2005).</para>
/// <para>Nullness elsewhere is said with the standard attributes of <c>System.Diagnostics.CodeAnalysis</c>.</para>
/// </remarks>
/// <example>
/// <code>[return: Allocates("ring")] Ring* CreateRing(uint entries)</code>
/// </example>
[AttributeUsage(AttributeTargets.ReturnValue | AttributeTargets.Parameter)]
public sealed class AllocatesAttribute : Attribute
{
    /// <summary>Names the family of the memory.</summary>
    /// <param name="family">Any name that allocation and release share, such as <c>"kmalloc"</c>.</param>
    public AllocatesAttribute(string family) => Family = family;

    /// <summary>The family of the memory.</summary>
    public string Family { get; }

    /// <summary>The memory is never null: failure is an exception, or the end of the program.</summary>
    public bool NeverNull { get; set; }

    /// <summary>What failure looks like where it is not null, such as -1 for <c>mmap</c>; 0 is null.</summary>
    public long FailureValue { get; set; }

    /// <summary>
    /// The memory is never null if the call's <see cref="GfpFlagsAttribute">flags</see> contain <c>__GFP_WAIT</c>. With
    /// <c>__GFP_NOFAIL</c> no allocation is null, with or without this property.
    /// </summary>
    public bool NeverNullIfSleeping { get; set; }

    /// <summary>Every byte of the memory is zero.</summary>
    public bool Zeroed { get; set; }
}
