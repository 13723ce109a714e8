using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kmem.Annotations;

namespace Kmem.Execution;

/// <summary>
/// The allocator's own lock, for short sections in which nothing sleeps: one word, no owner, not fair, and not to be taken twice. It says nothing about the caller's context
/// (<see cref="spinlock_t"/> does), so that the allocator can use it in every context. Where the holder may sleep, the lock is a <see cref="System.Threading.Lock"/>.
/// Source: include/linux/spinlock.h, raw_spinlock_t.
/// </summary>
internal struct RawSpinLock
{
    private int _taken;

    [AcquiresSpinlock]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (Interlocked.CompareExchange(ref _taken, 1, 0) != 0)
            EnterContended();
    }

    [ReleasesSpinlock]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Exit() => Volatile.Write(ref _taken, 0);

    /// <summary>Takes the lock until the section is disposed of: where an exception may leave it.</summary>
    [AcquiresSpinlock]
    [UnscopedRef]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Section Hold()
    {
        Enter();
        return new Section(ref this);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterContended()
    {
        SteadyWait wait = default;
        do
        {
            wait.SpinOnce();
        }
        while (Volatile.Read(ref _taken) != 0 || Interlocked.CompareExchange(ref _taken, 1, 0) != 0);
        wait.End();
    }

    /// <summary>While it lives the lock is held.</summary>
    public readonly ref struct Section
    {
        private readonly ref RawSpinLock _lock;

        internal Section(ref RawSpinLock taken) => _lock = ref taken;

        [ReleasesSpinlock(nameof(_lock))]
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Dispose() => _lock.Exit();
    }
}
