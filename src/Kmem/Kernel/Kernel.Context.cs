using System.Diagnostics;
using System.Runtime.CompilerServices;
using Kmem.Annotations;
using Kmem.Execution;
using Kmem.Observation;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Disables preemption: until <see cref="preempt_enable"/> no other thread runs on this CPU. Nests. LKD ch. 10, "Preemption Disabling".</summary>
    [EntersAtomic("preemption")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void preempt_disable() => Booted.Context.Enter(Booted.Block, SectionKind.Preemption);

    /// <summary>Ends a <see cref="preempt_disable"/>.</summary>
    /// <exception cref="KernelBugException">Preemption is not disabled.</exception>
    [LeavesAtomic("preemption")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void preempt_enable() => Booted.Context.Leave(Booted.Block, SectionKind.Preemption);

    /// <summary>Disables interrupts on this CPU. Nests. LKD ch. 7, "Disabling and Enabling Interrupts".</summary>
    [EntersAtomic("irq")]
    public static void local_irq_disable() => Booted.Context.Enter(Booted.Block, SectionKind.Interrupts);

    /// <summary>Ends a <see cref="local_irq_disable"/>.</summary>
    /// <exception cref="KernelBugException">Interrupts are not disabled.</exception>
    [LeavesAtomic("irq")]
    public static void local_irq_enable() => Booted.Context.Leave(Booted.Block, SectionKind.Interrupts);

    /// <summary>Disables interrupts and keeps in <paramref name="flags"/> how they were.</summary>
    [EntersAtomic("irq")]
    public static void local_irq_save(out nuint flags)
    {
        flags = Booted.Context.InterruptDepth(Booted.Block);
        local_irq_disable();
    }

    /// <summary>Restores interrupts to what <see cref="local_irq_save"/> kept.</summary>
    /// <exception cref="KernelBugException">Interrupts were not disabled since.</exception>
    [LeavesAtomic("irq")]
    public static void local_irq_restore(nuint flags) => Booted.Context.RestoreInterrupts(Booted.Block, flags);

    /// <summary>Disables soft interrupts on this CPU. Nests. LKD ch. 8, "Disabling Bottom Halves".</summary>
    [EntersAtomic("bh")]
    public static void local_bh_disable() => Booted.Context.Enter(Booted.Block, SectionKind.BottomHalf);

    /// <summary>Ends a <see cref="local_bh_disable"/>.</summary>
    /// <exception cref="KernelBugException">Soft interrupts are not disabled.</exception>
    [LeavesAtomic("bh")]
    public static void local_bh_enable() => Booted.Context.Leave(Booted.Block, SectionKind.BottomHalf);

    /// <summary>How deep the thread is in sections, laid out as in the kernel: bits 0-7 preemption, 8-15 soft interrupts, from 16 hard interrupts.</summary>
    public static uint preempt_count() => (uint)Booted.Block->Held;

    /// <summary>True if preempt_count is not zero: the thread must not sleep. Interrupts that are off do not count, as in the kernel.</summary>
    public static bool in_atomic() => preempt_count() != 0;

    /// <summary>True in an interrupt handler, in a soft interrupt, and while these are disabled.</summary>
    public static bool in_interrupt() => (preempt_count() & (SectionCount.SoftInterruptMask | SectionCount.HardInterruptMask)) != 0;

    /// <summary>True while interrupts are disabled on this CPU.</summary>
    public static bool irqs_disabled() => (Booted.Block->Held & SectionCount.InterruptsOffMask) != 0;

    /// <summary>Says that the code may sleep: with sleep checks on, a caller that must not is reported with its file and line.</summary>
    [MightSleep]
    public static void might_sleep([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (!Booted.ChecksCallers)
            return;
        CpuBlock* block = Booted.Block;
        Booted.Context.MightSleep(block, block->Held != 0 ? $"{file}:{line}" : null);
    }

    /// <summary>Lets other threads run.</summary>
    [MightSleep]
    public static void schedule()
    {
        Booted.MightSleep();
        Thread.Yield();
    }

    /// <summary>Lets other threads run if they wait. LKD ch. 4.</summary>
    [MightSleep]
    public static void cond_resched() => schedule();

    /// <summary>
    /// Bytes of stack the thread has used since it entered the kernel, which is its first call here; an interrupt counts from its own start. More than
    /// <see cref="MachineOptions.ThreadSize"/> is reported once a thread, if sleep or stack checks are on. LKD ch. 12, "Statically Allocating on the Stack".
    /// </summary>
    public static nuint stack_used() => Booted.Context.StackUsed(Booted.Block);

    /// <summary>Sleeps for at least this many milliseconds.</summary>
    [MightSleep]
    public static void msleep(uint msecs)
    {
        Booted.MightSleep();
        Thread.Sleep(TimeSpan.FromMilliseconds(msecs));
    }

    /// <summary>Waits for this many microseconds without sleeping.</summary>
    [NeverSleeps]
    public static void udelay(uint usecs)
    {
        long end = Stopwatch.GetTimestamp() + (long)(usecs * (Stopwatch.Frequency / 1e6));
        while (Stopwatch.GetTimestamp() < end)
            Thread.SpinWait(8);
    }

    /// <summary>Copies to user space. There is one address space here, so all that can fail is an address in the first page. May sleep.</summary>
    /// <returns>Bytes that could not be copied: 0, or all of them.</returns>
    [MightSleep]
    public static nuint copy_to_user([Borrows] void* to, [Borrows] void* from, nuint n)
    {
        Booted.MightSleep();
        return CopyChecked(to, from, n, user: to);
    }

    /// <summary>Copies from user space; see <see cref="copy_to_user"/>. What could not be copied is filled with zeros. May sleep.</summary>
    /// <returns>Bytes that could not be copied: 0, or all of them.</returns>
    [MightSleep]
    public static nuint copy_from_user([Borrows] void* to, [Borrows] void* from, nuint n)
    {
        Booted.MightSleep();
        nuint missing = CopyChecked(to, from, n, user: from);
        if (missing != 0)
            memset(to, 0, n);
        return missing;
    }

    private static nuint CopyChecked(void* to, void* from, nuint n, void* user)
    {
        if ((nuint)user < PAGE_SIZE)
            return n;
        memcpy(to, from, n);
        return 0;
    }
}
