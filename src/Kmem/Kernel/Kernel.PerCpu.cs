using System.Runtime.CompilerServices;
using Kmem.Annotations;
using Kmem.Execution;
using Kmem.Observation;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Disables preemption: the thread stays, alone, on the CPU whose number this returns. Does not sleep. LKD ch. 12, "The New percpu Interface".</summary>
    [EntersAtomic("percpu")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int get_cpu()
    {
        CpuBlock* block = Booted.Block;
        Booted.Context.Enter(block, SectionKind.PinnedCpu);
        return block->Cpu;
    }

    /// <summary>Ends a <see cref="get_cpu"/>.</summary>
    /// <exception cref="KernelBugException">Preemption is not disabled.</exception>
    [LeavesAtomic("percpu")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void put_cpu() => Booted.Context.Leave(Booted.Block, SectionKind.PinnedCpu);

    /// <summary>The number of the CPU the thread runs on; it stays true only while preemption is disabled, and sleep checks report any other use.</summary>
    public static int smp_processor_id()
    {
        CpuBlock* block = Booted.Block;
        if (Booted.ChecksSleep && block->Held == 0)
            Booted.Machine.Log.Write($"BUG: using smp_processor_id() in preemptible code at {CallerLocation.Find()}");
        return block->Cpu;
    }

    /// <summary>The number of a CPU the thread ran on a moment ago: a hint.</summary>
    public static int raw_smp_processor_id() => Booted.Block->Cpu;

    /// <summary>Defines a variable that each CPU has its own copy of, all zero. It lives as long as the machine. LKD ch. 12, "Per-CPU Data at Compile-Time".</summary>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it.</exception>
    public static PerCpu<T> DEFINE_PER_CPU<T>(string name) where T : unmanaged =>
        new(name, Booted.Machine.Pages, Booted.Block, NR_CPUS);

    /// <summary>This CPU's copy, with preemption disabled until <see cref="put_cpu_var"/>; the reference is dead afterwards. LKD ch. 12, "Per-CPU Data at Compile-Time".</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T get_cpu_var<T>([EntersAtomic("percpu")] PerCpu<T> var) where T : unmanaged => ref var.Of(get_cpu());

    /// <summary>Ends a <see cref="get_cpu_var"/> of the same variable.</summary>
    /// <exception cref="KernelBugException">Preemption is not disabled.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void put_cpu_var<T>([LeavesAtomic("percpu")] PerCpu<T> var) where T : unmanaged => put_cpu();

    /// <summary>Another CPU's copy, without any lock: only the CPU itself writes it, as a rule.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such CPU.</exception>
    public static ref T per_cpu<T>(PerCpu<T> var, int cpu) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(var);
        ArgumentOutOfRangeException.ThrowIfNegative(cpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cpu, var.Count);
        return ref var.Of(cpu);
    }
}
