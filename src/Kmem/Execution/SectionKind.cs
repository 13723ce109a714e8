namespace Kmem.Execution;

/// <summary>The kinds of section in which a thread must not sleep.</summary>
internal enum SectionKind : byte
{
    Preemption,
    PinnedCpu,
    SpinLock,
    Rcu,
    KmapAtomic,
    BottomHalf,
    Interrupts,
    SoftInterrupt,
    HardInterrupt,
}

/// <summary>How the kinds are counted in <see cref="CpuBlock.Held"/>: the low half is laid out as the kernel's preempt_count.</summary>
internal static class SectionCount
{
    public const ulong PreemptionMask = 0xff, SoftInterruptMask = 0xff00, HardInterruptMask = 0xfff_0000, InterruptsOffMask = 0xffff_ffff_0000_0000;
    public const ulong PreemptionUnit = 1, SoftInterruptUnit = 0x100, HardInterruptUnit = 0x1_0000, InterruptsOffUnit = 1ul << 32;

    /// <summary>What entering a section of this kind adds.</summary>
    public static ulong Unit(SectionKind kind) => kind switch
    {
        SectionKind.BottomHalf or SectionKind.SoftInterrupt => SoftInterruptUnit,
        SectionKind.HardInterrupt => HardInterruptUnit,
        SectionKind.Interrupts => InterruptsOffUnit,
        _ => PreemptionUnit,
    };

    /// <summary>The bits that tell whether a section of this kind is open.</summary>
    public static ulong Mask(SectionKind kind) => kind switch
    {
        SectionKind.BottomHalf or SectionKind.SoftInterrupt => SoftInterruptMask,
        SectionKind.HardInterrupt => HardInterruptMask,
        SectionKind.Interrupts => InterruptsOffMask,
        _ => PreemptionMask,
    };

    /// <summary>The kind as the kernel's functions name it.</summary>
    public static string Name(SectionKind kind) => kind switch
    {
        SectionKind.Preemption => "preempt_disable",
        SectionKind.PinnedCpu => "get_cpu",
        SectionKind.SpinLock => "spin_lock",
        SectionKind.Rcu => "rcu_read_lock",
        SectionKind.KmapAtomic => "kmap_atomic",
        SectionKind.BottomHalf => "local_bh_disable",
        SectionKind.Interrupts => "local_irq_disable",
        SectionKind.SoftInterrupt => "soft interrupt",
        _ => "hard interrupt",
    };
}
