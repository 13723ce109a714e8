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

    /// <summary>Disables interrupts and keeps in <paramref name="flags"/> how they were. LKD ch. 7, "Disabling and Enabling Interrupts".</summary>
    /// <param name="flags">For <see cref="local_irq_restore"/>, in the same thread.</param>
    [EntersAtomic("irq")]
    public static void local_irq_save(out nuint flags)
    {
        flags = Booted.Context.InterruptDepth(Booted.Block);
        local_irq_disable();
    }

    /// <summary>Restores interrupts to what <see cref="local_irq_save"/> kept. LKD ch. 7, "Disabling and Enabling Interrupts".</summary>
    /// <param name="flags">What was kept.</param>
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

    /// <summary>How deep the thread is in sections. LKD ch. 7, "Status of the Interrupt System".</summary>
    /// <returns>Laid out as in the kernel: bits 0-7 preemption and what implies it, 8-15 soft interrupts, from 16 hard interrupts; 0: it may be preempted.</returns>
    public static uint preempt_count() => (uint)Booted.Block->Held;

    /// <summary>Whether preempt_count is not zero, so that the thread must not sleep. Source: include/linux/preempt.h.</summary>
    /// <returns>True in a section. Interrupts that are off do not count, as in the kernel.</returns>
    public static bool in_atomic() => preempt_count() != 0;

    /// <summary>Whether the thread runs a handler, or has bottom halves off. LKD ch. 7, "Status of the Interrupt System".</summary>
    /// <returns>True in an interrupt handler, in a soft interrupt, and while these are disabled.</returns>
    public static bool in_interrupt() => (preempt_count() & (SectionCount.SoftInterruptMask | SectionCount.HardInterruptMask)) != 0;

    /// <summary>Whether interrupts are off on this CPU. LKD ch. 7, "Status of the Interrupt System".</summary>
    /// <returns>True while interrupts are disabled.</returns>
    public static bool irqs_disabled() => (Booted.Block->Held & SectionCount.InterruptsOffMask) != 0;

    /// <summary>Says that the code may sleep: with sleep checks on, a caller that must not is reported with its file and line. Source: include/linux/kernel.h.</summary>
    /// <param name="file">The caller's file, from the compiler.</param>
    /// <param name="line">The caller's line, from the compiler.</param>
    [MightSleep]
    public static void might_sleep([CallerFilePath] string file = "", [CallerLineNumber] int line = 0)
    {
        if (!Booted.ChecksCallers)
            return;
        CpuBlock* block = Booted.Block;
        Booted.Context.MightSleep(block, block->Held != 0 ? $"{file}:{line}" : null);
    }

    /// <summary>Lets other threads run; counts as sleeping. LKD ch. 4, "The Scheduler Entry Point".</summary>
    [MightSleep]
    public static void schedule()
    {
        Booted.MightSleep();
        Thread.Yield();
    }

    /// <summary>Lets other threads run if they wait; counts as sleeping. LKD ch. 11, "Small Delays".</summary>
    [MightSleep]
    public static void cond_resched() => schedule();

    /// <summary>
    /// How much stack the thread has used since it entered the kernel, which is its first call here; an interrupt counts from its own start. More than
    /// <see cref="MachineOptions.ThreadSize"/> is reported once a thread, if sleep or stack checks are on. LKD ch. 12, "Statically Allocating on the Stack".
    /// </summary>
    /// <returns>Bytes.</returns>
    public static nuint stack_used() => Booted.Context.StackUsed(Booted.Block);

    /// <summary>Sleeps. Source: kernel/timer.c.</summary>
    /// <param name="msecs">Milliseconds, at least; 0 gives way once.</param>
    [MightSleep]
    public static void msleep(uint msecs)
    {
        Booted.MightSleep();
        // .NET's longest sleep is half of the kernel's.
        for (; msecs > int.MaxValue; msecs -= int.MaxValue)
            Thread.Sleep(int.MaxValue);
        Thread.Sleep((int)msecs);
    }

    /// <summary>Waits without sleeping, in any context. LKD ch. 11, "Small Delays".</summary>
    /// <param name="usecs">Microseconds, at least. A long wait keeps the CPU from others: above some thousands use <see cref="msleep"/>.</param>
    [NeverSleeps]
    public static void udelay(uint usecs)
    {
        long end = Stopwatch.GetTimestamp() + (long)(usecs * (Stopwatch.Frequency / 1e6));
        while (Stopwatch.GetTimestamp() < end)
            Thread.SpinWait(8);
    }

    /// <summary>Copies to user space. There is one address space here, so all that can fail is an address in the first page. May sleep. LKD ch. 5, "Verifying the Parameters".</summary>
    /// <param name="to">Where to; null and other addresses of the first page are refused.</param>
    /// <param name="from">Where from; <paramref name="n"/> bytes must be there.</param>
    /// <param name="n">Bytes.</param>
    /// <returns>Bytes that could not be copied: 0, or all of them.</returns>
    [MightSleep]
    public static nuint copy_to_user([Borrows] void* to, [Borrows] void* from, nuint n)
    {
        Booted.MightSleep();
        return CopyChecked(to, from, n, user: to);
    }

    /// <summary>Copies from user space; what could not be copied is filled with zeros. May sleep. LKD ch. 5, "Verifying the Parameters".</summary>
    /// <param name="to">Where to; <paramref name="n"/> bytes must be there.</param>
    /// <param name="from">Where from; null and other addresses of the first page are refused.</param>
    /// <param name="n">Bytes.</param>
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
