using Kmem.Annotations;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Adds memory that reclaim may ask for. Source: mm/vmscan.c.</summary>
    /// <param name="s">The shrinker.</param>
    /// <returns>0; -EINVAL if it is registered already.</returns>
    public static int register_shrinker(shrinker s)
    {
        ArgumentNullException.ThrowIfNull(s);
        return Booted.Machine.Pages.Reclaimer.TryRegister(s) ? 0 : -EINVAL;
    }

    /// <summary>Removes a shrinker. May sleep. Source: mm/vmscan.c.</summary>
    /// <param name="s">The shrinker.</param>
    /// <exception cref="KernelBugException">It is not registered.</exception>
    [MightSleep]
    public static void unregister_shrinker(shrinker s)
    {
        Booted.MightSleep();
        if (!Booted.Machine.Pages.Reclaimer.TryUnregister(s))
            throw new KernelBugException("BUG: unregister_shrinker of a shrinker that is not registered.");
    }

    /// <summary>From here on this thread's allocations do not enter file systems, whatever their flags say. Nests. Source: include/linux/sched/mm.h.</summary>
    /// <returns>What <see cref="memalloc_nofs_restore"/> needs.</returns>
    public static uint memalloc_nofs_save() => EnterScope(gfp_t.__GFP_FS);

    /// <summary>Ends a <see cref="memalloc_nofs_save"/>; a scope of memalloc_noio_save goes on.</summary>
    /// <param name="flags">What it returned.</param>
    public static void memalloc_nofs_restore(uint flags) => RestoreScope(gfp_t.__GFP_FS, flags);

    /// <summary>From here on this thread's allocations start no block I/O and enter no file system, whatever their flags say. Nests. Source: include/linux/sched/mm.h.</summary>
    /// <returns>What <see cref="memalloc_noio_restore"/> needs.</returns>
    public static uint memalloc_noio_save() => EnterScope(gfp_t.__GFP_IO);

    /// <summary>Ends a <see cref="memalloc_noio_save"/>; a scope of memalloc_nofs_save goes on.</summary>
    /// <param name="flags">What it returned.</param>
    public static void memalloc_noio_restore(uint flags) => RestoreScope(gfp_t.__GFP_IO, flags);

    private static uint EnterScope(gfp_t without)
    {
        uint before = Booted.Block->MaskedFlags;
        Booted.Block->MaskedFlags = before | (uint)without;
        return before & (uint)without;
    }

    // Its own flag only: scopes may end in another order than they began.
    private static void RestoreScope(gfp_t without, uint flags) =>
        Booted.Block->MaskedFlags = (Booted.Block->MaskedFlags & ~(uint)without) | (flags & (uint)without);
}
