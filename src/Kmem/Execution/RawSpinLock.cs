using System.Runtime.CompilerServices;

namespace Kmem.Execution;

/// <summary>
/// The allocator's own lock, for short sections: one word, no owner, not fair. It says nothing about the caller's context
/// (<see cref="spinlock_t"/> does), so that the allocator can use it in every context.
/// </summary>
internal struct RawSpinLock
{
    private int _taken;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _taken, 1, 0) != 0)
            EnterContended();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _taken, 0);

    // Yields early: with more threads than processors the holder may not be running.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended()
    {
        SpinWait wait = default;
        do
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
        while (Volatile.Read(ref _taken) != 0 || Interlocked.CompareExchange(ref _taken, 1, 0) != 0);
    }
}
