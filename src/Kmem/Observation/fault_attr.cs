namespace Kmem;

/// <summary>Fault injection: which allocations fail on purpose. May be changed while it is in use. Source: Documentation/fault-injection.</summary>
public sealed class fault_attr
{
    /// <summary>Every nth allocation fails; 0: none.</summary>
    public int interval;

    /// <summary>The share of allocations that fail by chance, 0 to 1.</summary>
    public double probability;

    /// <summary>Where chance starts, so that a run can be repeated.</summary>
    public int seed;

    /// <summary>Only allocations from this cache ("kmalloc-64", "pages", "vmalloc"), or only pages for requests that start with this zone ("ZONE_DMA", "ZONE_DMA32", "ZONE_NORMAL", "ZONE_HIGHMEM"); null: all.</summary>
    public string? cache;
}
