using Kmem.Execution;

namespace Kmem;

/// <summary>A counter that threads sleep on while it is zero, and are let in by in the order in which they came. Source: Linux Kernel Development, 3rd ed., ch. 10, "Semaphores".</summary>
public sealed class semaphore
{
    private readonly WaitQueue _waiting = new();
    private RawSpinLock _gate;
    private int _count;

    /// <summary>Makes a semaphore.</summary>
    /// <param name="count">How many may enter before one sleeps; not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public semaphore(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _count = count;
    }

    internal void Down()
    {
        if (!TryDown())
            WaitQueue.Sleep();
    }

    // Who waits gets what comes back, without it being counted: nobody can take it on the way.
    internal void Up()
    {
        _gate.Enter();
        Waiter? woken = _waiting.TakeFirst();
        bool isFull = woken == null && _count == int.MaxValue;
        if (woken == null && !isFull)
            _count++;
        _gate.Exit();
        if (isFull)
            throw new KernelBugException("BUG: up: the semaphore's count is at its largest already: it is given back more often than taken.");
        Waiter.WakeAll(woken);
    }

    // Who finds nothing stands in the queue.
    private bool TryDown()
    {
        _gate.Enter();
        bool isThere = _count > 0;
        if (isThere)
            _count--;
        else
            _waiting.Join();
        _gate.Exit();
        return isThere;
    }
}
