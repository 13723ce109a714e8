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
    /// <param name="cachep">The cache; null is nothing.</param>
    /// <returns>0; non-zero, and nothing is changed, while objects of it are allocated.</returns>
    /// <exception cref="KernelBugException">The cache was destroyed before.</exception>
    [MightSleep]
    public static int kmem_cache_destroy([Frees("kmem_cache")] kmem_cache? cachep)
    {
        Booted.MightSleep();
        return cachep == null || Booted.Machine.Slab.TryDestroyCache(Booted.Block, cachep) ? 0 : 1;
    }

    /// <summary>Gives the cache's unused slabs back to the page allocator. May sleep. Source: mm/slab.c.</summary>
    /// <param name="cachep">The cache.</param>
    /// <returns>0 if no slab is left; 1 if some hold objects.</returns>
    [MightSleep]
    public static int kmem_cache_shrink(kmem_cache cachep)
    {
        Booted.MightSleep();
        Booted.Machine.Slab.ShrinkCache(Booted.Block, cachep);
        return cachep.Count().Slabs == 0 ? 0 : 1;
    }

    /// <summary>The size of a cache's objects. Source: mm/slab.c.</summary>
    /// <param name="cachep">The cache.</param>
    /// <returns>Bytes that may be used of an object: what the cache was created with.</returns>
    public static nuint kmem_cache_size(kmem_cache cachep)
    {
        ArgumentNullException.ThrowIfNull(cachep);
        return cachep.ObjectSize;
    }

    /// <summary>Allocates several objects of a cache: all or none. Sleeps only if the flags contain __GFP_WAIT. Source: include/linux/slab.h.</summary>
    /// <param name="cachep">The cache.</param>
    /// <param name="flags">How; the cache knows its zone.</param>
    /// <param name="size">How many.</param>
    /// <param name="p">Room for so many pointers.</param>
    /// <returns><paramref name="size"/>, or 0 without memory, and for more than <see cref="int.MaxValue"/>.</returns>
    public static int kmem_cache_alloc_bulk([Pool] kmem_cache cachep, [GfpFlags] gfp_t flags, nuint size, void** p)
    {
        if (size > int.MaxValue)
            return 0;
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

    /// <summary>Gives several objects back to their cache. Source: include/linux/slab.h.</summary>
    /// <param name="cachep">The cache.</param>
    /// <param name="size">How many.</param>
    /// <param name="p">Their pointers; none is null.</param>
    /// <exception cref="KernelBugException">As <see cref="kmem_cache_free"/>, for the first object it is true of; those before it are freed.</exception>
    [NeverSleeps]
    public static void kmem_cache_free_bulk([Pool] kmem_cache cachep, nuint size, void** p)
    {
        for (nuint i = 0; i < size; i++)
            kmem_cache_free(cachep, p[i]);
    }
}
