namespace Kmem;

/// <summary>
/// How an allocation may be made. Modifiers (names with underscores) say where memory comes from and what the allocator may do to get it; type flags
/// combine them for a situation. Source: Linux Kernel Development, 3rd ed., ch. 12, "gfp_mask Flags"; include/linux/gfp.h.
/// </summary>
[Flags]
public enum gfp_t : uint
{
    /// <summary>Zone modifier: only from ZONE_DMA.</summary>
    __GFP_DMA = 1u << 0,
    /// <summary>Zone modifier: from ZONE_HIGHMEM if possible; the page may have no address.</summary>
    __GFP_HIGHMEM = 1u << 1,
    /// <summary>Zone modifier: from ZONE_DMA32 or below.</summary>
    __GFP_DMA32 = 1u << 2,

    /// <summary>The allocator may sleep.</summary>
    __GFP_WAIT = 1u << 4,
    /// <summary>The allocator may use half of the emergency reserve.</summary>
    __GFP_HIGH = 1u << 5,
    /// <summary>The allocator may start block I/O to free memory.</summary>
    __GFP_IO = 1u << 6,
    /// <summary>The allocator may call into file systems to free memory.</summary>
    __GFP_FS = 1u << 7,
    /// <summary>Prefer a page that is not in the processor's cache.</summary>
    __GFP_COLD = 1u << 8,
    /// <summary>No report when the allocation fails.</summary>
    __GFP_NOWARN = 1u << 9,
    /// <summary>Try harder, but the allocation may fail.</summary>
    __GFP_REPEAT = 1u << 10,
    /// <summary>Try for ever: the allocation does not fail.</summary>
    __GFP_NOFAIL = 1u << 11,
    /// <summary>Give up early.</summary>
    __GFP_NORETRY = 1u << 12,
    /// <summary>Slab internal: do not grow a cache.</summary>
    __GFP_NO_GROW = 1u << 13,
    /// <summary>Make a compound page.</summary>
    __GFP_COMP = 1u << 14,
    /// <summary>Return zeroed memory.</summary>
    __GFP_ZERO = 1u << 15,
    /// <summary>Only from the node asked for.</summary>
    __GFP_THISNODE = 1u << 18,

    /// <summary>Type flag: never sleeps, and may not use the emergency reserve.</summary>
    GFP_NOWAIT = 0,
    /// <summary>Type flag: never sleeps and may use the emergency reserve; for interrupt handlers, under spin locks.</summary>
    GFP_ATOMIC = __GFP_HIGH,
    /// <summary>Type flag: may sleep but starts no block I/O; for block I/O code.</summary>
    GFP_NOIO = __GFP_WAIT,
    /// <summary>Type flag: may sleep and start block I/O but calls no file system; for file system code.</summary>
    GFP_NOFS = __GFP_WAIT | __GFP_IO,
    /// <summary>Type flag: the ordinary allocation in process context; may sleep.</summary>
    GFP_KERNEL = __GFP_WAIT | __GFP_IO | __GFP_FS,
    /// <summary>Type flag: for user processes; may sleep.</summary>
    GFP_USER = __GFP_WAIT | __GFP_IO | __GFP_FS | (1u << 17),
    /// <summary>Type flag: for user processes, from ZONE_HIGHMEM; may sleep.</summary>
    GFP_HIGHUSER = GFP_USER | __GFP_HIGHMEM,
    /// <summary>Type flag: from ZONE_DMA; usually combined with one of the above.</summary>
    GFP_DMA = __GFP_DMA,
    /// <summary>Type flag: from ZONE_DMA32.</summary>
    GFP_DMA32 = __GFP_DMA32,
}

/// <summary>Sets of flags that the allocators ask for.</summary>
internal static class GfpMask
{
    /// <summary>Bits that are no flag: reported and left out.</summary>
    public const gfp_t Unknown = ~(gfp_t.GFP_HIGHUSER | gfp_t.__GFP_DMA | gfp_t.__GFP_DMA32 | gfp_t.__GFP_HIGH | gfp_t.__GFP_COLD | gfp_t.__GFP_NOWARN | gfp_t.__GFP_REPEAT
        | gfp_t.__GFP_NOFAIL | gfp_t.__GFP_NORETRY | gfp_t.__GFP_NO_GROW | gfp_t.__GFP_COMP | gfp_t.__GFP_ZERO | gfp_t.__GFP_THISNODE);
}
