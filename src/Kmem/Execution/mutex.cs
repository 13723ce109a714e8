namespace Kmem;

/// <summary>
/// A sleeping lock: who has to wait sleeps, so it may be taken in process context only. Only the thread that took it releases it; it does not nest.
/// Source: Linux Kernel Development, 3rd ed., ch. 10, "Mutexes".
/// </summary>
public sealed class mutex
{
    private readonly object _gate = new();
    private Thread? _owner;

    internal void Acquire()
    {
        lock (_gate)
        {
            if (_owner == Thread.CurrentThread)
                throw new KernelBugException("BUG: mutex recursion: the thread takes a mutex that it holds already and would wait for itself.");
            while (_owner != null)
                Monitor.Wait(_gate);
            _owner = Thread.CurrentThread;
        }
    }

    internal bool TryAcquire()
    {
        lock (_gate)
        {
            if (_owner != null)
                return false;
            _owner = Thread.CurrentThread;
            return true;
        }
    }

    internal void Release()
    {
        lock (_gate)
        {
            if (_owner != Thread.CurrentThread)
                throw new KernelBugException("BUG: mutex_unlock by a thread that does not hold the mutex.");
            _owner = null;
            Monitor.Pulse(_gate);
        }
    }
}
