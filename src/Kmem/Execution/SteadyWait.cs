using System.Runtime.CompilerServices;

namespace Kmem.Execution;

/// <summary>
/// A <see cref="SpinWait"/> that nothing ends before its time: Thread.Interrupt, which would have it throw out of a lock half taken, waits for the thread's next sleep elsewhere.
/// As in the kernel, allocations and locks are not interrupted.
/// </summary>
internal struct SteadyWait
{
    // As SpinWait does by itself.
    private const int RoundsBeforeSleep = 20;

    private SpinWait _wait;
    private bool _wasInterrupted;

    /// <summary>Waits for a moment, in any context. Yields early: with more threads than processors the one that is waited for may not be running.</summary>
    public void SpinOnce() => Wait(sleepFrom: -1);

    /// <summary>As <see cref="SpinOnce"/>, asleep after some rounds.</summary>
    public void SpinOrSleepOnce() => Wait(sleepFrom: RoundsBeforeSleep);

    /// <summary>Sleeps for a tick.</summary>
    public void Sleep()
    {
        try
        {
            Thread.Sleep(1);
        }
        catch (ThreadInterruptedException)
        {
            _wasInterrupted = true;
        }
    }

    /// <summary>Called when the waiting is over: gives an interruption back.</summary>
    public readonly void End()
    {
        if (_wasInterrupted)
            Thread.CurrentThread.Interrupt();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Wait(int sleepFrom)
    {
        try
        {
            _wait.SpinOnce(sleepFrom);
        }
        catch (ThreadInterruptedException)
        {
            _wasInterrupted = true;
        }
    }
}
