using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kmem.Observation;
using Kmem.Physical;

namespace Kmem.Execution;

/// <summary>
/// Which sections the calling thread is in, and so whether it may sleep. A thread in a section is alone on its CPU.
/// </summary>
internal sealed unsafe class ContextTracker(ThreadBlocks blocks, VirtualCpus cpus, KernelLog log, bool checksSleep)
{
    private readonly bool _checksSleep = checksSleep;

    public ThreadBlocks Blocks => blocks;

    public VirtualCpus Cpus => cpus;

    /// <summary>True if functions that may sleep report a caller that must not.</summary>
    public bool ChecksSleep => _checksSleep;

    /// <summary>Called with the block of a thread that has interrupts on again while some wait.</summary>
    public event Action<nint>? InterruptsEnabled;

    /// <summary>Called with the block of a thread that has soft interrupts on again while some wait.</summary>
    public event Action<nint>? SoftInterruptsEnabled;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(CpuBlock* block, SectionKind kind)
    {
        VirtualCpus.Enter(cpus, block, SectionCount.Unit(kind));
        if (_checksSleep)
            Remember(block, kind);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Leave(CpuBlock* block, SectionKind kind)
    {
        if ((block->Held & SectionCount.Mask(kind)) == 0)
            ThrowNotEntered(kind);
        if (_checksSleep)
            Forget(block, kind);
        VirtualCpus.Leave(cpus, block, SectionCount.Unit(kind));
        if (kind is SectionKind.Interrupts or SectionKind.BottomHalf or SectionKind.SoftInterrupt or SectionKind.HardInterrupt)
            LetIn(block);
    }

    /// <summary>True in an interrupt handler or a soft interrupt, or while these are disabled.</summary>
    public bool InInterrupt(CpuBlock* block) => (block->Held & (SectionCount.SoftInterruptMask | SectionCount.HardInterruptMask)) != 0;

    /// <summary>Bytes of stack since the thread entered the kernel.</summary>
    public nuint StackUsed(CpuBlock* block)
    {
        nuint here = (nuint)(&block);
        block->StackBase = nuint.Max(block->StackBase, here);
        return block->StackBase - here;
    }

    /// <summary>Disables interrupts and returns the depth there was, for <see cref="RestoreInterrupts"/>.</summary>
    public nuint SaveInterrupts(CpuBlock* block)
    {
        nuint depth = (nuint)(block->Held / SectionCount.InterruptsOffUnit);
        Enter(block, SectionKind.Interrupts);
        return depth;
    }

    public void RestoreInterrupts(CpuBlock* block, nuint depth)
    {
        nuint now = (nuint)(block->Held / SectionCount.InterruptsOffUnit);
        if (depth >= now)
            throw new KernelBugException($"BUG: local_irq_restore: interrupts were saved at depth {depth} but are at depth {now}; restore what was saved last first.");
        for (; now > depth; now--)
            Leave(block, SectionKind.Interrupts);
    }

    /// <summary>Reports the caller if it is in a section; <paramref name="location"/> null: the nearest caller outside the allocator.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MightSleep(CpuBlock* block, string? location = null)
    {
        if (_checksSleep && block->Held != 0)
            ReportSleep(block, location);
    }

    // Interrupts that waited come before the soft ones they schedule.
    private void LetIn(CpuBlock* block)
    {
        if (block->PendingInterrupts != 0 && (block->Held & SectionCount.InterruptsOffMask) == 0)
            InterruptsEnabled?.Invoke((nint)block);
        if (block->PendingSoftInterrupts != 0 && !InInterrupt(block) && (block->Held & SectionCount.InterruptsOffMask) == 0)
            SoftInterruptsEnabled?.Invoke((nint)block);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReportSleep(CpuBlock* block, string? location)
    {
        ulong held = block->Held;
        string irqsOff = (held & SectionCount.InterruptsOffMask) != 0 ? "1" : "0";
        string atomic = (uint)held != 0 ? "1" : "0";
        log.Write($"BUG: sleeping function called from invalid context at {location ?? CallerLocation.Find()}\n"
            + $"in_atomic(): {atomic}, irqs_disabled(): {irqsOff}, pid: {Environment.CurrentManagedThreadId}, name: {Thread.CurrentThread.Name ?? "thread"}\n"
            + $"preempt_count: {(uint)held:x8}, open sections, innermost last: {DescribeSections(block)}");
    }

    private static string DescribeSections(CpuBlock* block)
    {
        List<string> names = [];
        for (int i = 0; i < Math.Min(block->OpenSectionCount, CpuBlock.MaxOpenSections); i++)
            names.Add(SectionCount.Name((SectionKind)block->OpenSections[i]));
        return string.Join(", ", names);
    }

    private static void Remember(CpuBlock* block, SectionKind kind)
    {
        if (block->OpenSectionCount < CpuBlock.MaxOpenSections)
            block->OpenSections[block->OpenSectionCount] = (byte)kind;
        block->OpenSectionCount++;
    }

    // Sections may be left in another order than they were entered: the innermost of the kind goes.
    private static void Forget(CpuBlock* block, SectionKind kind)
    {
        int count = Math.Min(block->OpenSectionCount, CpuBlock.MaxOpenSections);
        int at = count - 1;
        while (at > 0 && block->OpenSections[at] != (byte)kind)
            at--;
        for (; at >= 0 && at + 1 < count; at++)
            block->OpenSections[at] = block->OpenSections[at + 1];
        if (block->OpenSectionCount > 0)
            block->OpenSectionCount--;
    }

    [DoesNotReturn]
    private static void ThrowNotEntered(SectionKind kind) =>
        throw new KernelBugException($"BUG: unbalanced section: a {SectionCount.Name(kind)} section is left that this thread has not entered.");
}
