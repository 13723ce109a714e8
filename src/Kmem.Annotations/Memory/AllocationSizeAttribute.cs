using System;

namespace Kmem.Annotations;

/// <summary>Says that the parameter is the size, in bytes, of the memory the call allocates.</summary>
/// <remarks>
/// <para>Put it on the size parameter of an allocating method.</para>
/// <para>The analyzers report a constant the allocator cannot serve (KMEM4001), a product that may overflow (KMEM4003) and the
/// <c>sizeof</c> of a type smaller than the one the memory is used as (KMEM4005).</para>
/// </remarks>
/// <example>
/// <code>void* Allocate([AllocationSize(Max = 131072)] nuint size)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class AllocationSizeAttribute : Attribute
{
    /// <summary>The most bytes the allocator can serve in one call; no limit where nothing is said.</summary>
    public ulong Max { get; set; } = ulong.MaxValue;
}
