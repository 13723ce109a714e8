using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the argument is remembered beyond the call, without being owned: as an interrupt line remembers its handler's
/// cookie until the line is freed.
/// </summary>
/// <remarks>
/// <para>Put it on the parameter that is kept.</para>
/// <para>The analyzers treat a release in between as one that leaves a dangling copy behind (KMEM2004).</para>
/// </remarks>
/// <example>
/// <code>int RequestIrq(uint irq, Handler handler, [Retains("FreeIrq")] void* cookie)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class RetainsAttribute : Attribute
{
    /// <summary>Names the member that ends the retention.</summary>
    /// <param name="until">A member of the same type, which takes the same argument; empty where nothing ends it.</param>
    public RetainsAttribute(string until = "") => Until = until;

    /// <summary>The member of the same type that ends the retention; empty where nothing does.</summary>
    public string Until { get; }
}
