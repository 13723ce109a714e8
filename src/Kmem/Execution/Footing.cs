namespace Kmem.Execution;

/// <summary>
/// What a thread has open when it calls code of others: handlers, tasklets, timers, work and shrinkers leave all of it as they found it. What one forgets would stay open on a thread
/// that runs other things next, and with a section goes a CPU.
/// </summary>
internal readonly unsafe struct Footing
{
    /// <summary>What the thread of a block has open now.</summary>
    public Footing(CpuBlock* block)
    {
        Held = block->Held;
        RcuPhase = block->RcuPhase;
        RcuDepth = block->RcuDepth;
        Pins = block->Pins;
        MaskedFlags = block->MaskedFlags;
        OpenSectionCount = block->OpenSectionCount;
    }

    /// <summary>As <see cref="CpuBlock.Held"/>.</summary>
    public ulong Held { get; }

    /// <summary>As <see cref="CpuBlock.RcuPhase"/>.</summary>
    public long RcuPhase { get; }

    /// <summary>As <see cref="CpuBlock.RcuDepth"/>.</summary>
    public int RcuDepth { get; }

    /// <summary>As <see cref="CpuBlock.Pins"/>.</summary>
    public int Pins { get; }

    /// <summary>As <see cref="CpuBlock.MaskedFlags"/>.</summary>
    public uint MaskedFlags { get; }

    /// <summary>As <see cref="CpuBlock.OpenSectionCount"/>.</summary>
    public int OpenSectionCount { get; }

    /// <summary>True if the thread has the same open as it had then.</summary>
    public bool IsThatOf(CpuBlock* block) =>
        Held == block->Held && RcuDepth == block->RcuDepth && Pins == block->Pins && MaskedFlags == block->MaskedFlags;

    /// <summary>What is open now and was not then, or the other way round.</summary>
    public string DescribeChange(CpuBlock* block)
    {
        List<string> changes = [];
        Note(changes, "preempt_count", (uint)Held, (uint)block->Held);
        Note(changes, "depth of disabled interrupts", Held >> 32, block->Held >> 32);
        Note(changes, "depth of RCU read sections", (ulong)RcuDepth, (ulong)block->RcuDepth);
        Note(changes, "open handles of get_cpu", (ulong)Pins, (ulong)block->Pins);
        Note(changes, "flags taken away by memalloc_*_save", MaskedFlags, block->MaskedFlags);
        return string.Join(", ", changes);
    }

    private static void Note(List<string> changes, string what, ulong before, ulong after)
    {
        if (before != after)
            changes.Add($"{what} {before:x8} -> {after:x8}");
    }
}
