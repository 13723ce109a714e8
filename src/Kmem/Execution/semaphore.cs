namespace Kmem;

/// <summary>A counter that threads sleep on while it is zero. Source: Linux Kernel Development, 3rd ed., ch. 10, "Semaphores".</summary>
public sealed class semaphore
{
    private readonly object _gate = new();
    private int _count;

    /// <summary>Makes a semaphore.</summary>
    /// <param name="count">How many may enter before one sleeps; not negative.</param>
    public semaphore(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        _count = count;
    }

    internal void Down()
    {
        lock (_gate)
        {
            while (_count == 0)
                Monitor.Wait(_gate);
            _count--;
        }
    }

    internal void Up()
    {
        lock (_gate)
        {
            _count++;
            Monitor.Pulse(_gate);
        }
    }
}
