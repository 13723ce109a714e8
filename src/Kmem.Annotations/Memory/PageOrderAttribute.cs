using System;

namespace Kmem.Annotations;

/// <summary>
/// Says that the parameter is an order: the call allocates, or releases, two to the power of it contiguous pages.
/// </summary>
/// <remarks>
/// <para>Put it on the parameter; or on a method that always works with the same order.</para>
/// <para>The analyzers report pages released with another order than they were allocated with (KMEM2007), and a constant
/// above the largest order (KMEM4002).</para>
/// <para>Allocation by order: Linux Kernel Development, 3rd ed., ch. 12, "Getting Pages".</para>
/// </remarks>
/// <example>
/// <code>void FreePages(nuint address, [PageOrder] uint order)</code>
/// </example>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Method)]
public sealed class PageOrderAttribute : Attribute
{
    /// <summary>On a parameter: the argument is the order.</summary>
    public PageOrderAttribute()
    {
    }

    /// <summary>On a method: the order is always this one.</summary>
    /// <param name="order">The power of two; 0 is a single page.</param>
    public PageOrderAttribute(uint order) => Order = order;

    /// <summary>The method's order; without meaning on a parameter.</summary>
    public uint Order { get; }

    /// <summary>The largest order that can be served; 10, which is 4 MiB of 4 KiB pages, where nothing is said.</summary>
    public uint Max { get; set; } = 10;
}
