using Kmem.Execution;

namespace Kmem;

/// <summary>
/// A sleeping lock: who has to wait sleeps, so it may be taken in process context only. Only the thread that took it releases it; it does not nest.
/// Source: Linux Kernel Development, 3rd ed., ch. 10, "Mutexes".
/// </summary>
public sealed class mutex
{
    private readonly WaitQueue _waiting = new();
    private RawSpinLock _gate;
    private Thread? _owner;

    internal void Acquire()
    {
        while (!TryAcquire(joinsQueue: true))
            _waiting.Sleep();
    }

    internal bool TryAcquire() => TryAcquire(joinsQueue: false);

    internal void Release()
    {
        _gate.Enter();
        bool isOwner = _owner == Thread.CurrentThread;
        int woken = 0;
        if (isOwner)
        {
            _owner = null;
            woken = _waiting.Take(1);
        }
        _gate.Exit();
        if (!isOwner)
            throw new KernelBugException("BUG: mutex_unlock by a thread that does not hold the mutex.");
        _waiting.Wake(woken);
    }

    private bool TryAcquire(bool joinsQueue)
    {
        Thread current = Thread.CurrentThread;
        _gate.Enter();
        Thread? owner = _owner;
        if (owner == null)
            _owner = current;
        else if (joinsQueue && owner != current)
            _waiting.Join();
        _gate.Exit();
        if (joinsQueue && owner == current)
            throw new KernelBugException("BUG: mutex recursion: the thread takes a mutex that it holds already and would wait for itself.");
        return owner == null;
    }
}
