using Kmem.Annotations;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Makes a pool that keeps objects of a cache in reserve. May sleep. Source: mm/mempool.c.</summary>
    /// <param name="min_nr">Objects in reserve; at least 1.</param>
    /// <param name="cachep">The cache.</param>
    /// <returns>The pool; null without memory for the reserve.</returns>
    [MightSleep]
    [return: Allocates("mempool")]
    public static mempool_t? mempool_create_slab_pool(int min_nr, kmem_cache cachep)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(min_nr);
        Booted.MightSleep();
        return mempool_t.Create(Booted.Machine.Slab, Booted.Block, cachep, min_nr);
    }

    /// <summary>Allocates an object of the pool: from its cache, else from its reserve. Sleeps only if the flags contain __GFP_WAIT, and then until there is one. Source: mm/mempool.c.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="flags">Where from and how.</param>
    /// <returns>The object; null only without __GFP_WAIT.</returns>
    /// <exception cref="KernelBugException">The pool was destroyed.</exception>
    [return: Allocates("mempool_obj", NeverNullIfSleeping = true)]
    public static void* mempool_alloc([Pool] mempool_t pool, [GfpFlags] gfp_t flags)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if ((flags & gfp_t.__GFP_WAIT) != 0)
            Booted.MightSleep();
        return pool.Allocate(Booted.Block, flags);
    }

    /// <summary>Gives an object back to its pool: to the reserve until that is full, else to the cache. Source: mm/mempool.c.</summary>
    /// <param name="element">The object; null is nothing.</param>
    /// <param name="pool">The pool it is from.</param>
    /// <exception cref="KernelBugException">A double free, or an object of another cache.</exception>
    [NeverSleeps]
    public static void mempool_free([Frees("mempool_obj")] void* element, [Pool] mempool_t pool)
    {
        ArgumentNullException.ThrowIfNull(pool);
        if (element != null)
            pool.Free(Booted.Block, element);
    }

    /// <summary>Ends a pool and frees its reserve. May sleep. Source: mm/mempool.c.</summary>
    /// <param name="pool">The pool; null is nothing.</param>
    /// <exception cref="KernelBugException">Objects of it are still out, or it was destroyed before.</exception>
    [MightSleep]
    public static void mempool_destroy([Frees("mempool")] mempool_t? pool)
    {
        Booted.MightSleep();
        pool?.Destroy(Booted.Block);
    }
}
