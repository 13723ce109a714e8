using Kmem.Annotations;

namespace Kmem;

/// <summary>What a tasklet does, in soft-interrupt context: it must not sleep.</summary>
/// <param name="data">What tasklet_init was given.</param>
[AtomicContext(AtomicKind.SoftIrq)]
public delegate void tasklet_func_t(nuint data);

/// <summary>What a timer does, in soft-interrupt context: it must not sleep.</summary>
/// <param name="timer">The timer.</param>
[AtomicContext(AtomicKind.SoftIrq)]
public delegate void timer_func_t(timer_list timer);

/// <summary>What work does, in process context: it may sleep.</summary>
/// <param name="work">The work.</param>
[ProcessContext]
public delegate void work_func_t(work_struct work);

/// <summary>Work that an interrupt handler leaves for soft-interrupt context. Source: Linux Kernel Development, 3rd ed., ch. 8, "Tasklets".</summary>
public sealed class tasklet_struct
{
    internal tasklet_func_t? Function;
    internal nuint Data;
    internal int Scheduled;
    internal int Running;
}

/// <summary>A function to run at a time. Source: Linux Kernel Development, 3rd ed., ch. 11, "Timers".</summary>
public sealed class timer_list
{
    internal timer_func_t? Function;
    internal ulong Expires;
    internal ulong QueuedFor;
    internal bool IsPending;
}

/// <summary>Work for a thread in process context. Source: Linux Kernel Development, 3rd ed., ch. 8, "Work Queues".</summary>
public sealed class work_struct
{
    internal work_func_t? Function;
    internal bool IsPending;
    internal bool IsRunning;

    /// <summary>How often it was queued, and how often it has run to its end.</summary>
    internal long Queued, Done;
}
