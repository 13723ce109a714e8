using Kmem.Annotations;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Makes a cache of objects of one size. May sleep. LKD ch. 12, "Slab Allocator Interface".</summary>
    /// <param name="name">Its name in reports; no two caches have the same.</param>
    /// <param name="size">Bytes of an object, 1 to 128 KiB.</param>
    /// <param name="align">0, or a power of two up to a page.</param>
    /// <param name="flags">Its properties.</param>
    /// <param name="ctor">Runs once for each object when a slab is made; null: none.</param>
    /// <returns>The cache; null, and a line in the log, if it cannot be made.</returns>
    /// <exception cref="KernelBugException">It cannot be made, and the flags contain SLAB_PANIC.</exception>
    [MightSleep]
    [return: Allocates("kmem_cache")]
    public static kmem_cache? kmem_cache_create(string name, nuint size, nuint align, slab_flags_t flags, ctor_t? ctor)
    {
        Booted.MightSleep();
        return Booted.Machine.Slab.CreateCache(name, size, align, flags, ctor);
    }

    /// <summary>Destroys a cache. May sleep. LKD ch. 12, "Slab Allocator Interface".</summary>
    /// <returns>0; non-zero, and nothing is changed, while objects of it are allocated.</returns>
    /// <exception cref="KernelBugException">The cache was destroyed before.</exception>
    [MightSleep]
    public static int kmem_cache_destroy([Frees("kmem_cache")] kmem_cache? cachep)
    {
        Booted.MightSleep();
        return cachep == null || Booted.Machine.Slab.TryDestroyCache(Booted.Block, cachep) ? 0 : 1;
    }

    /// <summary>Gives the cache's unused slabs back. May sleep.</summary>
    /// <returns>0 if no slab is left; 1 if some hold objects.</returns>
    [MightSleep]
    public static int kmem_cache_shrink(kmem_cache cachep)
    {
        Booted.MightSleep();
        Booted.Machine.Slab.ShrinkCache(Booted.Block, cachep);
        return cachep.Count().Slabs == 0 ? 0 : 1;
    }

    /// <summary>Bytes of an object of the cache.</summary>
    public static nuint kmem_cache_size(kmem_cache cachep) => cachep.ObjectSize;

    /// <summary>Allocates several objects of a cache: all or none. Sleeps only if the flags contain __GFP_WAIT.</summary>
    /// <returns><paramref name="size"/>, or 0 without memory.</returns>
    public static int kmem_cache_alloc_bulk([Pool] kmem_cache cachep, [GfpFlags] gfp_t flags, nuint size, void** p)
    {
        for (nuint i = 0; i < size; i++)
        {
            p[i] = kmem_cache_alloc(cachep, flags);
            if (p[i] != null)
                continue;
            kmem_cache_free_bulk(cachep, i, p);
            return 0;
        }
        return (int)size;
    }

    /// <summary>Gives several objects back to their cache.</summary>
    /// <exception cref="KernelBugException">As <see cref="kmem_cache_free"/>, for the first object it is true of; those before it are freed.</exception>
    [NeverSleeps]
    public static void kmem_cache_free_bulk([Pool] kmem_cache cachep, nuint size, void** p)
    {
        for (nuint i = 0; i < size; i++)
            kmem_cache_free(cachep, p[i]);
    }
}
