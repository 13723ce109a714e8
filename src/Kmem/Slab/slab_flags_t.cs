namespace Kmem;

/// <summary>Properties of a slab cache. Source: include/linux/slab.h; Linux Kernel Development, 3rd ed., ch. 12, "Slab Layer".</summary>
[Flags]
public enum slab_flags_t : uint
{
    /// <summary>None.</summary>
    SLAB_NONE = 0,
    /// <summary>Red zones around each object find writes outside it.</summary>
    SLAB_RED_ZONE = 0x400,
    /// <summary>Free objects are filled with a5, which finds writes after the release. Has no effect on a cache with a constructor, whose free objects keep their state.</summary>
    SLAB_POISON = 0x800,
    /// <summary>Objects are aligned to cache lines.</summary>
    SLAB_HWCACHE_ALIGN = 0x2000,
    /// <summary>Slabs come from ZONE_DMA.</summary>
    SLAB_CACHE_DMA = 0x4000,
    /// <summary>Slabs count as reclaimable memory in reports.</summary>
    SLAB_RECLAIM_ACCOUNT = 0x20000,
    /// <summary>A cache that cannot be created is a KernelBugException, not null.</summary>
    SLAB_PANIC = 0x40000,
}

/// <summary>Prepares an object when its slab is made; the object keeps that state while it is free.</summary>
/// <param name="obj">The object.</param>
public unsafe delegate void ctor_t(void* obj);
