using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the argument is the pool (cache, arena) that the call's memory comes from, or goes back to.
/// </summary>
/// <remarks>
/// <para>Put it on the pool's parameter, on the allocating and on the releasing side.</para>
/// <para>The analyzers report memory that goes back to a pool other than its own (KMEM2008).</para>
/// </remarks>
/// <example>
/// <code>void FreeTo([Pool] Cache cache, [Frees("slab")] void* item)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class PoolAttribute : Attribute
{
}
