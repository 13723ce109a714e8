using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kmem.Execution;

namespace Kmem;

/// <summary>
/// A spin lock: mutual exclusion that never sleeps. Tickets make it fair. The default value is an unlocked lock; a copy is another lock.
/// Source: Linux Kernel Development, 3rd ed., ch. 10, "Spin Locks".
/// </summary>
public struct spinlock_t
{
    private int _nextTicket;
    private int _nowServing;
    private int _holder;

    /// <summary>Takes the lock for the thread with this block number; spins, then yields, while it is held.</summary>
    internal void Acquire(int holder)
    {
        int ticket = Interlocked.Increment(ref _nextTicket) - 1;
        if (Volatile.Read(ref _nowServing) != ticket)
            WaitFor(ticket);
        _holder = holder;
    }

    /// <summary>Throws if this thread holds the lock, and so would wait for itself.</summary>
    internal readonly void CheckNotHeld(int holder)
    {
        if (_holder == holder)
            ThrowRecursion(holder);
    }

    /// <summary>Takes the lock if nobody holds it.</summary>
    internal bool TryAcquire(int holder)
    {
        int serving = Volatile.Read(ref _nowServing);
        if (Interlocked.CompareExchange(ref _nextTicket, serving + 1, serving) != serving)
            return false;
        _holder = holder;
        return true;
    }

    /// <summary>Throws unless this thread holds the lock.</summary>
    internal readonly void CheckHeld(int holder)
    {
        if (_holder != holder)
            ThrowNotHeld(holder, _holder);
    }

    internal void Release()
    {
        _holder = 0;
        Volatile.Write(ref _nowServing, _nowServing + 1);
    }

    /// <summary>Makes the lock an unlocked one.</summary>
    internal void Reset()
    {
        _nextTicket = 0;
        _nowServing = 0;
        _holder = 0;
    }

    // Whoever has a ticket has to come when it is called.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void WaitFor(int ticket)
    {
        SteadyWait wait = default;
        while (Volatile.Read(in _nowServing) != ticket)
            wait.SpinOnce();
        wait.End();
    }

    [DoesNotReturn]
    private static void ThrowRecursion(int thread) =>
        throw new KernelBugException($"BUG: spinlock recursion: thread {thread} takes a lock that it holds already and would wait for itself.");

    [DoesNotReturn]
    private static void ThrowNotHeld(int thread, int holder) =>
        throw new KernelBugException(holder == 0
            ? "BUG: spinlock already unlocked: it is released but nobody holds it."
            : $"BUG: spinlock wrong owner: thread {thread} releases a lock that thread {holder} holds.");
}
