using Kmem.Execution;
using Kmem.Observation;

namespace Kmem.Pages;

/// <summary>
/// Frees memory when zones run low: first what the allocators keep for speed, then what the shrinkers cache. Allocations made in here do not reclaim again.
/// Source: mm/vmscan.c.
/// </summary>
internal sealed class Reclaimer(ContextTracker context, KernelLog log)
{
    /// <summary>A quarter of what a shrinker has goes at a time, so that all of them shrink alike.</summary>
    private const int ScanShare = 4;

    [ThreadStatic] private static bool s_isReclaiming;

    private RawSpinLock _lock;
    private readonly List<Func<nuint>> _caches = [];
    private readonly List<shrinker> _shrinkers = [];

    /// <summary>True while the calling thread reclaims: its own allocations must make do with what is free.</summary>
    public static bool IsReclaiming => s_isReclaiming;

    /// <summary>Adds a source of frames that an allocator keeps; it returns the frames it freed.</summary>
    public void AddCache(Func<nuint> release)
    {
        using (_lock.Hold())
            _caches.Add(release);
    }

    /// <summary>Adds a shrinker; false if it is registered already.</summary>
    public bool TryRegister(shrinker shrinker)
    {
        using (_lock.Hold())
        {
            if (_shrinkers.Contains(shrinker))
                return false;
            _shrinkers.Add(shrinker);
            return true;
        }
    }

    /// <summary>Removes a shrinker; false if it is not registered.</summary>
    public bool TryUnregister(shrinker shrinker)
    {
        using (_lock.Hold())
            return _shrinkers.Remove(shrinker);
    }

    /// <summary>Frees what these flags allow; returns a measure of progress, 0: nothing could be freed.</summary>
    public nuint Reclaim(gfp_t flags)
    {
        Func<nuint>[] caches;
        shrinker[] shrinkers;
        using (_lock.Hold())
        {
            caches = [.. _caches];
            shrinkers = [.. _shrinkers];
        }
        s_isReclaiming = true;
        try
        {
            nuint freed = 0;
            foreach (shrinker shrinker in shrinkers)
            {
                if (MayRun(shrinker, flags))
                    freed += RunOrReport(() => Run(shrinker));
            }
            // Last, so that what the shrinkers freed leaves the slabs too.
            foreach (Func<nuint> release in caches)
                freed += RunOrReport(release);
            KmemEventSource.Log.Reclaimed((long)freed);
            return freed;
        }
        finally
        {
            s_isReclaiming = false;
        }
    }

    private static bool MayRun(shrinker shrinker, gfp_t flags) =>
        (!shrinker.does_io || (flags & gfp_t.__GFP_IO) != 0) && (!shrinker.does_fs || (flags & gfp_t.__GFP_FS) != 0);

    // Who reclaims has nothing to do with the bug that shows here.
    private nuint RunOrReport(Func<nuint> run)
    {
        Footing before = context.TakeFooting();
        nuint freed = 0;
        try
        {
            freed = run();
        }
        catch (Exception error)
        {
            log.Write($"BUG: reclaim failed: {error}");
        }
        context.SetBack(before, "a shrinker");
        return freed;
    }

    private static nuint Run(shrinker shrinker)
    {
        using (shrinker.Running.EnterSteadily())
        {
            nuint count = shrinker.count_objects?.Invoke() ?? 0;
            return count == 0 ? 0 : shrinker.scan_objects?.Invoke((count + ScanShare - 1) / ScanShare) ?? 0;
        }
    }
}
