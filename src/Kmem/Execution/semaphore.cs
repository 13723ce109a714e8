using Kmem.Execution;

namespace Kmem;

/// <summary>A counter that threads sleep on while it is zero. Source: Linux Kernel Development, 3rd ed., ch. 10, "Semaphores".</summary>
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
        while (!TryDown())
            _waiting.Sleep();
    }

    internal void Up()
    {
        _gate.Enter();
        _count++;
        int woken = _waiting.Take(1);
        _gate.Exit();
        _waiting.Wake(woken);
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
