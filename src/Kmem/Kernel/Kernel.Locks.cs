using System.Runtime.CompilerServices;
using Kmem.Annotations;
using Kmem.Execution;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Makes the lock an unlocked one; default is one already. LKD ch. 10, "Other Spin Lock Methods".</summary>
    /// <param name="l">The lock; nobody may hold it.</param>
    public static void spin_lock_init(ref spinlock_t l) => l.Reset();

    /// <summary>Takes the lock, spinning while it is held, and disables preemption. In any context. LKD ch. 10, "Spin Locks".</summary>
    /// <param name="l">The lock.</param>
    /// <exception cref="KernelBugException">The thread holds the lock already.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void spin_lock([AcquiresSpinlock] ref spinlock_t l) => Lock(ref l, Booted.Block);

    /// <summary>Ends a <see cref="spin_lock"/> and enables preemption.</summary>
    /// <exception cref="KernelBugException">The thread does not hold the lock.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void spin_unlock([ReleasesSpinlock] ref spinlock_t l) => Unlock(ref l, Booted.Block);

    /// <summary>As <see cref="spin_lock"/>, but only if nobody holds the lock. LKD ch. 10, "Other Spin Lock Methods".</summary>
    /// <returns>True if the lock was taken.</returns>
    public static bool spin_trylock([AcquiresSpinlock(When = Outcome.True)] ref spinlock_t l)
    {
        CpuBlock* block = Booted.Block;
        Booted.Context.Enter(block, SectionKind.SpinLock);
        if (l.TryAcquire(block->Id))
            return true;
        Booted.Context.Leave(block, SectionKind.SpinLock);
        return false;
    }

    /// <summary>As <see cref="spin_lock"/>, with soft interrupts disabled. LKD ch. 10, "Spin Locks and Bottom Halves".</summary>
    public static void spin_lock_bh([AcquiresSpinlock] ref spinlock_t l) => LockIn(SectionKind.BottomHalf, ref l);

    /// <summary>Ends a <see cref="spin_lock_bh"/>.</summary>
    /// <exception cref="KernelBugException">The thread does not hold the lock, or has not disabled soft interrupts.</exception>
    public static void spin_unlock_bh([ReleasesSpinlock] ref spinlock_t l) => UnlockIn(SectionKind.BottomHalf, ref l);

    /// <summary>As <see cref="spin_lock"/>, with interrupts disabled. LKD ch. 10, "Spin Lock Methods".</summary>
    public static void spin_lock_irq([AcquiresSpinlock] ref spinlock_t l) => LockIn(SectionKind.Interrupts, ref l);

    /// <summary>Ends a <see cref="spin_lock_irq"/>.</summary>
    /// <exception cref="KernelBugException">The thread does not hold the lock, or has not disabled interrupts.</exception>
    public static void spin_unlock_irq([ReleasesSpinlock] ref spinlock_t l) => UnlockIn(SectionKind.Interrupts, ref l);

    /// <summary>As <see cref="spin_lock"/>, with interrupts disabled. LKD ch. 10, "Spin Lock Methods".</summary>
    /// <param name="l">The lock.</param>
    /// <param name="flags">How interrupts were, for <see cref="spin_unlock_irqrestore"/>.</param>
    public static void spin_lock_irqsave([AcquiresSpinlock] ref spinlock_t l, out nuint flags)
    {
        flags = Booted.Context.InterruptDepth(Booted.Block);
        LockIn(SectionKind.Interrupts, ref l);
    }

    /// <summary>Ends a <see cref="spin_lock_irqsave"/> and restores interrupts to what it kept.</summary>
    /// <exception cref="KernelBugException">The thread does not hold the lock, or has not disabled interrupts so often.</exception>
    public static void spin_unlock_irqrestore([ReleasesSpinlock] ref spinlock_t l, nuint flags)
    {
        CpuBlock* block = Booted.Block;
        Unlock(ref l, block);
        Booted.Context.RestoreInterrupts(block, flags);
    }

    /// <summary>Takes the lock for reading, with others that read, and disables preemption. LKD ch. 10, "Reader-Writer Spin Locks".</summary>
    /// <param name="l">The lock.</param>
    /// <exception cref="KernelBugException">The thread writes under the lock.</exception>
    public static void read_lock([AcquiresSpinlock] ref rwlock_t l)
    {
        CpuBlock* block = Booted.Block;
        l.CheckNotWritten(block->Id);
        Booted.Context.Enter(block, SectionKind.SpinLock);
        l.AcquireRead();
    }

    /// <summary>Ends a <see cref="read_lock"/>.</summary>
    /// <exception cref="KernelBugException">Nobody reads under the lock.</exception>
    public static void read_unlock([ReleasesSpinlock] ref rwlock_t l)
    {
        l.ReleaseRead();
        Booted.Context.Leave(Booted.Block, SectionKind.SpinLock);
    }

    /// <summary>Takes the lock for writing, alone, and disables preemption. LKD ch. 10, "Reader-Writer Spin Locks".</summary>
    /// <param name="l">The lock; the thread must not read under it, or it waits for itself.</param>
    /// <exception cref="KernelBugException">The thread writes under the lock already.</exception>
    public static void write_lock([AcquiresSpinlock] ref rwlock_t l)
    {
        CpuBlock* block = Booted.Block;
        l.CheckNotWritten(block->Id);
        Booted.Context.Enter(block, SectionKind.SpinLock);
        l.AcquireWrite(block->Id);
    }

    /// <summary>Ends a <see cref="write_lock"/>.</summary>
    /// <exception cref="KernelBugException">The thread does not write under the lock.</exception>
    public static void write_unlock([ReleasesSpinlock] ref rwlock_t l)
    {
        CpuBlock* block = Booted.Block;
        l.ReleaseWrite(block->Id);
        Booted.Context.Leave(block, SectionKind.SpinLock);
    }

    /// <summary>Takes the semaphore, sleeping while its count is zero. LKD ch. 10, "Using Semaphores".</summary>
    /// <param name="s">The semaphore.</param>
    [MightSleep]
    public static void down(semaphore s)
    {
        ArgumentNullException.ThrowIfNull(s);
        Booted.MightSleep();
        s.Down();
    }

    /// <summary>Gives the semaphore back; any thread may, in any context. LKD ch. 10, "Using Semaphores".</summary>
    /// <param name="s">The semaphore.</param>
    /// <exception cref="KernelBugException">Its count is <see cref="int.MaxValue"/> already.</exception>
    [NeverSleeps]
    public static void up(semaphore s)
    {
        ArgumentNullException.ThrowIfNull(s);
        s.Up();
    }

    /// <summary>Takes the mutex, sleeping while it is held. LKD ch. 10, "Mutexes".</summary>
    /// <param name="l">The mutex.</param>
    /// <exception cref="KernelBugException">The thread holds the mutex already.</exception>
    [MightSleep]
    public static void mutex_lock(mutex l)
    {
        ArgumentNullException.ThrowIfNull(l);
        Booted.MightSleep();
        l.Acquire();
    }

    /// <summary>Ends a <see cref="mutex_lock"/>.</summary>
    /// <exception cref="KernelBugException">The thread does not hold the mutex.</exception>
    [NeverSleeps]
    public static void mutex_unlock(mutex l)
    {
        ArgumentNullException.ThrowIfNull(l);
        l.Release();
    }

    /// <summary>Takes the mutex if nobody holds it, without waiting. LKD ch. 10, "Mutexes".</summary>
    /// <param name="l">The mutex.</param>
    /// <returns>True if the mutex was taken.</returns>
    [NeverSleeps]
    public static bool mutex_trylock(mutex l)
    {
        ArgumentNullException.ThrowIfNull(l);
        return l.TryAcquire();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Lock(ref spinlock_t l, CpuBlock* block)
    {
        l.CheckNotHeld(block->Id);
        Booted.Context.Enter(block, SectionKind.SpinLock);
        l.Acquire(block->Id);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Unlock(ref spinlock_t l, CpuBlock* block)
    {
        l.CheckHeld(block->Id);
        l.Release();
        Booted.Context.Leave(block, SectionKind.SpinLock);
    }

    // With interrupts or soft interrupts off, those that take the same lock cannot come in between.
    private static void LockIn(SectionKind outer, ref spinlock_t l)
    {
        CpuBlock* block = Booted.Block;
        l.CheckNotHeld(block->Id);
        Booted.Context.Enter(block, outer);
        Lock(ref l, block);
    }

    private static void UnlockIn(SectionKind outer, ref spinlock_t l)
    {
        CpuBlock* block = Booted.Block;
        Unlock(ref l, block);
        Booted.Context.Leave(block, outer);
    }
}
