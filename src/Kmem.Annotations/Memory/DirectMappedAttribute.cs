using System;

namespace Kmem.Annotations;

/// <summary>
/// Demands a page that has an address at all times. A page of high memory has one only while it is mapped.
/// </summary>
/// <remarks>
/// <para>Put it on a parameter that takes a page.</para>
/// <para>The analyzers report a page that was allocated with <c>__GFP_HIGHMEM</c> (KMEM4006) and offer to map it.</para>
/// <para>The zones: Linux Kernel Development, 3rd ed., ch. 12, "Zones".</para>
/// </remarks>
/// <example>
/// <code>void* AddressOf([DirectMapped] Page* page)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class DirectMappedAttribute : Attribute
{
}
