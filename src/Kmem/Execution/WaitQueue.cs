using System.Diagnostics.CodeAnalysis;

namespace Kmem.Execution;

/// <summary>
/// Threads that sleep until others have something for them; who wakes them does not wait for anything. How many they are, the lock of what they wait for guards.
/// Source: Linux Kernel Development, 3rd ed., ch. 4, "Wait Queues".
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A SemaphoreSlim has nothing to dispose of unless its wait handle was asked for.")]
internal sealed class WaitQueue
{
    private readonly SemaphoreSlim _wakeUps = new(0);
    private int _sleepers;

    /// <summary>Says that the caller is going to sleep. With the lock held; <see cref="Sleep"/> follows without it.</summary>
    public void Join() => _sleepers++;

    /// <summary>Sleeps until woken. It may be for nothing: the caller looks again.</summary>
    public void Sleep() => _wakeUps.Wait();

    /// <summary>Takes sleepers out of the queue. With the lock held; <see cref="Wake"/> follows without it.</summary>
    /// <param name="most">How many there is something for.</param>
    /// <returns>How many are to be woken.</returns>
    public int Take(int most)
    {
        int taken = int.Min(most, _sleepers);
        _sleepers -= taken;
        return taken;
    }

    /// <summary>Wakes sleepers that were taken out of the queue.</summary>
    public void Wake(int sleepers)
    {
        if (sleepers > 0)
            _wakeUps.Release(sleepers);
    }
}
