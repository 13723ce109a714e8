using Kmem.Execution;

namespace Kmem;

/// <summary>
/// A sleeping lock: who has to wait sleeps, so it may be taken in process context only. Only the thread that took it releases it; it does not nest.
/// Most are held for less time than falling asleep takes, so who comes looks for a moment before. Whoever comes first after a release gets it, awake or not, which saves switches
/// between threads; but who was woken in vain is handed it by the next release. Source: Linux Kernel Development, 3rd ed., ch. 10, "Mutexes"; kernel/locking/mutex.c.
/// </summary>
public sealed class mutex
{
    private readonly WaitQueue _waiting = new();
    private RawSpinLock _gate;
    private Thread? _owner;

    /// <summary>One who was woken is on its way, so that releases need not wake another.</summary>
    private bool _isOneAwake;

    /// <summary>The first in the queue was woken in vain.</summary>
    private bool _handsOver;

    internal void Acquire()
    {
        Thread current = Thread.CurrentThread;
        if (TryAcquire())
            return;
        if (Volatile.Read(ref _owner) == current)
            throw new KernelBugException("BUG: mutex recursion: the thread takes a mutex that it holds already and would wait for itself.");
        bool wasWoken = false;
        while (!TrySpinning(wasWoken) && !TryOrJoin(wasWoken))
        {
            WaitQueue.Sleep();
            wasWoken = true;
            if (Volatile.Read(ref _owner) == current)
                return;
        }
    }

    internal bool TryAcquire() => TryAcquire(wasWoken: false);

    internal void Release()
    {
        _gate.Enter();
        bool isOwner = _owner == Thread.CurrentThread;
        Waiter? woken = isOwner ? PassOn() : null;
        _gate.Exit();
        if (!isOwner)
            throw new KernelBugException("BUG: mutex_unlock by a thread that does not hold the mutex.");
        Waiter.WakeAll(woken);
    }

    // With the gate held. Returns who is to be woken.
    private Waiter? PassOn()
    {
        Waiter? woken = _isOneAwake ? null : _waiting.TakeFirst();
        _owner = _handsOver ? woken!.Thread : null;
        _isOneAwake |= woken != null && !_handsOver;
        _handsOver = false;
        return woken;
    }

    private bool TryAcquire(bool wasWoken)
    {
        _gate.Enter();
        bool isFree = TakeIfFree(wasWoken);
        _gate.Exit();
        return isFree;
    }

    private bool TrySpinning(bool wasWoken)
    {
        for (SpinWait wait = default; !wait.NextSpinWillYield; wait.SpinOnce())
        {
            if (Volatile.Read(ref _owner) == null && TryAcquire(wasWoken))
                return true;
        }
        return false;
    }

    // False: the caller stands in the queue.
    private bool TryOrJoin(bool wasWoken)
    {
        _gate.Enter();
        bool isFree = TakeIfFree(wasWoken);
        if (!isFree && wasWoken)
        {
            _waiting.JoinFirst();
            _isOneAwake = false;
            _handsOver = true;
        }
        else if (!isFree)
        {
            _waiting.Join();
        }
        _gate.Exit();
        return isFree;
    }

    // With the gate held.
    private bool TakeIfFree(bool wasWoken)
    {
        if (_owner != null)
            return false;
        _owner = Thread.CurrentThread;
        _isOneAwake &= !wasWoken;
        return true;
    }
}
