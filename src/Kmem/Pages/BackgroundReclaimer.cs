using Kmem.Execution;

namespace Kmem.Pages;

/// <summary>
/// kswapd: a node's thread that sleeps until a zone falls below its low watermark, and then reclaims until all are above their high one. Started when it
/// is woken first. Source: Linux Kernel Development, 3rd ed., ch. 12; mm/vmscan.c.
/// </summary>
internal sealed class BackgroundReclaimer(int node, IReadOnlyList<Zone> zones, Reclaimer reclaimer, Action afterwards) : IDisposable
{
    private readonly ManualResetEventSlim _wake = new();
    private RawSpinLock _lock;
    private Thread? _thread;
    private volatile bool _stopping;

    public void Wake()
    {
        if (_wake.IsSet)
            return;
        Thread? started = null;
        using (_lock.Hold())
        {
            if (_stopping)
                return;
            if (_thread == null)
                _thread = started = new Thread(Run) { Name = $"kswapd{node}", IsBackground = true };
        }
        if (started != null)
            KernelThreads.Start(started);
        _wake.Set();
    }

    public void Dispose()
    {
        using (_lock.Hold())
            _stopping = true;
        _wake.Set();
        if (_thread != null)
            KernelThreads.Join(_thread);
        _wake.Dispose();
    }

    private void Run()
    {
        for (;;)
        {
            _wake.Wait();
            if (_stopping)
                return;
            // Before the work, so that a wake-up during it is not lost.
            _wake.Reset();
            ReclaimUntilBalanced();
            afterwards();
        }
    }

    private void ReclaimUntilBalanced()
    {
        ReclaimProgress progress = default;
        while (!_stopping && zones.Any(zone => zone.Node == node && zone.FreeFrames < zone.High) && reclaimer.Reclaim(gfp_t.GFP_KERNEL) != 0)
        {
            if (!progress.MayGoOn((nuint)zones.Sum(zone => zone.FreeFrames)))
                return;
        }
    }
}
