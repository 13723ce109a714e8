using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kmem.Observation;
using Kmem.Physical;

namespace Kmem.Execution;

/// <summary>
/// Which sections the calling thread is in, and so whether it may sleep, and how much stack it has used. A thread in a section is alone on its CPU.
/// </summary>
internal sealed unsafe class ContextTracker(ThreadBlocks blocks, VirtualCpus cpus, KernelLog log, MachineDebug checks, int threadSize)
{
    private readonly bool _checksSleep = (checks & MachineDebug.AtomicSleep) != 0;
    private readonly bool _checksStack = (checks & MachineDebug.Stack) != 0;
    private readonly bool _checksCallers = (checks & (MachineDebug.AtomicSleep | MachineDebug.Stack)) != 0;

    public ThreadBlocks Blocks => blocks;

    public VirtualCpus Cpus => cpus;

    /// <summary>True if functions that may sleep report a caller that must not.</summary>
    public bool ChecksSleep => _checksSleep;

    /// <summary>True if functions check their callers in any way.</summary>
    public bool ChecksCallers => _checksCallers;

    /// <summary>Called with the block of a thread that has interrupts on again while some wait.</summary>
    public event Action<nint>? InterruptsEnabled;

    /// <summary>Called with the block of a thread that has soft interrupts on again while some wait.</summary>
    public event Action<nint>? SoftInterruptsEnabled;

    /// <summary>Called with the block of a thread whose last section is closed by others, while it still has its CPU.</summary>
    public event Action<nint>? SectionsAbandoned;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter(CpuBlock* block, SectionKind kind)
    {
        VirtualCpus.Enter(cpus, block, SectionCount.Unit(kind));
        if (_checksCallers)
            NoteEntry(block, kind);
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

    /// <summary>Bytes of stack since the thread, or the interrupt it runs, entered the kernel. Reports the first overrun of each thread.</summary>
    public nuint StackUsed(CpuBlock* block)
    {
        nuint here = (nuint)(&block);
        block->StackBase = nuint.Max(block->StackBase, here);
        nuint used = block->StackBase - here;
        if (_checksCallers && used > (nuint)threadSize && block->StackOverrunReported == 0)
            ReportStack(block, used);
        return used;
    }

    /// <summary>How many times interrupts are disabled: what <see cref="RestoreInterrupts"/> goes back to.</summary>
    public nuint InterruptDepth(CpuBlock* block) => (nuint)(block->Held / SectionCount.InterruptsOffUnit);

    public void RestoreInterrupts(CpuBlock* block, nuint depth)
    {
        nuint now = InterruptDepth(block);
        if (depth >= now)
            throw new KernelBugException($"BUG: local_irq_restore: interrupts were saved at depth {depth} but are at depth {now}; restore what was saved last first.");
        for (; now > depth; now--)
            Leave(block, SectionKind.Interrupts);
    }

    /// <summary>What the calling thread has open before it calls code of others; see <see cref="SetBack"/>.</summary>
    public Footing TakeFooting()
    {
        CpuBlock* block = blocks.CurrentOrNull;
        return block == null ? default : new Footing(block);
    }

    /// <summary>Reports code of others that left the calling thread with more or less open than it had before, and sets that back.</summary>
    public void SetBack(in Footing footing, string who)
    {
        CpuBlock* block = blocks.CurrentOrNull;
        if (block == null || footing.IsThatOf(block))
            return;
        log.Write($"BUG: {who} did not leave each section it entered, once: {footing.DescribeChange(block)}. It is set back.");
        block->RcuPhase = footing.RcuPhase;
        block->RcuDepth = footing.RcuDepth;
        block->MaskedFlags = footing.MaskedFlags;
        block->OpenSectionCount = Math.Min(block->OpenSectionCount, footing.OpenSectionCount);
        CpuBlock.Repin(block, footing.Pins);
        SetHeldBack(block, footing.Held);
        LetIn(block);
    }

    /// <summary>Reports a thread that has ended in a section. Its CPU will be free again, but nobody can leave its locks.</summary>
    public void NoteEnd(CpuBlock* block)
    {
        if (block->Held == 0)
            return;
        SectionsAbandoned?.Invoke((nint)block);
        string note = $"note: a thread has ended in a section: {default(Footing).DescribeChange(block)}. Its CPU is free again; a lock it held is not.";
        // The finalizer, which finds it, must not wait for the log.
        ThreadPool.UnsafeQueueUserWorkItem(_ => log.Write(note), null);
    }

    /// <summary>Reports the caller if it is in a section; <paramref name="location"/> null: the nearest caller outside the allocator.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void MightSleep(CpuBlock* block, string? location = null)
    {
        if (_checksCallers)
            CheckCaller(block, location);
    }

    // With the first section the thread gets its CPU, with the last it gives it back.
    private void SetHeldBack(CpuBlock* block, ulong held)
    {
        if (held != 0 && block->Held != 0)
        {
            Volatile.Write(ref block->Held, held);
        }
        else if (held != 0)
        {
            VirtualCpus.Enter(cpus, block, held);
        }
        else if (block->Held != 0)
        {
            SectionsAbandoned?.Invoke((nint)block);
            VirtualCpus.Leave(cpus, block, block->Held);
        }
    }

    // Interrupts that waited come before the soft ones they schedule.
    private void LetIn(CpuBlock* block)
    {
        if (block->PendingInterrupts != 0 && (block->Held & SectionCount.InterruptsOffMask) == 0)
            InterruptsEnabled?.Invoke((nint)block);
        if (block->PendingSoftInterrupts != 0 && !InInterrupt(block) && (block->Held & SectionCount.InterruptsOffMask) == 0)
            SoftInterruptsEnabled?.Invoke((nint)block);
    }

    private void CheckCaller(CpuBlock* block, string? location)
    {
        if (_checksSleep && block->Held != 0)
            ReportSleep(block, location);
        if (_checksStack)
            StackUsed(block);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void NoteEntry(CpuBlock* block, SectionKind kind)
    {
        if (_checksSleep)
            Remember(block, kind);
        if (_checksStack)
            StackUsed(block);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReportStack(CpuBlock* block, nuint used)
    {
        block->StackOverrunReported = 1;
        log.Write($"BUG: kernel stack overrun: {used} bytes used of {threadSize} at {CallerLocation.Find()}, thread {Thread.CurrentThread.Name ?? "without a name"}");
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
