using System.Diagnostics;

namespace Kmem.Execution;

/// <summary>
/// Waits for what another thread holds, and that thread may have ended: it is noticed when its lease is finalized, so after a long wait garbage is collected. The caller holds no lock
/// that giving back a block takes.
/// </summary>
internal struct PatientSpin
{
    private static readonly TimeSpan s_longWait = TimeSpan.FromSeconds(1);

    private SteadyWait _wait;
    private long _start;

    public void SpinOnce()
    {
        if (_start == 0)
            _start = Stopwatch.GetTimestamp();
        _wait.SpinOnce();
        if (Stopwatch.GetElapsedTime(_start) < s_longWait)
            return;
        // By another: who waits may be in a section itself, or about to enter one.
        ThreadPool.UnsafeQueueUserWorkItem(_ => GC.Collect(), null);
        _start = Stopwatch.GetTimestamp();
    }

    /// <inheritdoc cref="SteadyWait.End"/>
    public readonly void End() => _wait.End();
}
