namespace Kmem.Execution;

/// <summary>
/// Threads that sleep until others have something for them, in the order in which they came; who wakes them does not wait for anything. The lock of what they wait for guards the queue.
/// Each is woken by itself: where they wait for different things, none sleeps on because another took its wake-up.
/// Source: Linux Kernel Development, 3rd ed., ch. 4, "Wait Queues".
/// </summary>
internal sealed class WaitQueue
{
    private Waiter? _first;
    private Waiter? _last;

    /// <summary>Puts the caller at the end of the queue. With the lock held; <see cref="Sleep"/> follows without it.</summary>
    public void Join()
    {
        Waiter waiter = Waiter.OfThisThread;
        waiter.Prepare(next: null);
        if (_last == null)
            _first = waiter;
        else
            _last.Next = waiter;
        _last = waiter;
    }

    /// <summary>As <see cref="Join"/>, at the front: for who was woken in vain.</summary>
    public void JoinFirst()
    {
        Waiter waiter = Waiter.OfThisThread;
        waiter.Prepare(next: _first);
        _first = waiter;
        _last ??= waiter;
    }

    /// <summary>Sleeps until woken, which may have happened already. The caller looks again whether there is something for it, unless its waker gave it away.</summary>
    public static void Sleep() => Waiter.OfThisThread.Sleep();

    /// <summary>Takes the first out of the queue. With the lock held; <see cref="Waiter.WakeAll"/> follows without it.</summary>
    /// <returns>Null: nobody waits.</returns>
    public Waiter? TakeFirst()
    {
        Waiter? first = _first;
        if (first == null)
            return null;
        _first = first.Next;
        if (_first == null)
            _last = null;
        first.Next = null;
        return first;
    }

    /// <summary>As <see cref="TakeFirst"/>, all of them.</summary>
    public Waiter? TakeAll()
    {
        Waiter? all = _first;
        _first = _last = null;
        return all;
    }
}
