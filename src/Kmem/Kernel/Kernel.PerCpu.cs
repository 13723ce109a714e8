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

    /// <summary>Ends a <see cref="get_cpu()"/>.</summary>
    /// <exception cref="KernelBugException">Preemption is not disabled.</exception>
    [LeavesAtomic("percpu")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void put_cpu() => Booted.Context.Leave(Booted.Block, SectionKind.PinnedCpu);

    /// <summary>
    /// As <see cref="get_cpu()"/>, with a handle for hot loops: until <see cref="put_cpu(cpu_handle)"/> it allocates and frees without asking each time which thread is calling.
    /// Whoever shrinks or destroys caches waits meanwhile, so sections should be short. Does not sleep.
    /// </summary>
    /// <returns>The number of the CPU.</returns>
    [EntersAtomic("percpu")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int get_cpu(out cpu_handle cpu)
    {
        CpuBlock* block = Booted.Block;
        Booted.Context.Enter(block, SectionKind.PinnedCpu);
        CpuBlock.Pin(block);
        cpu = new cpu_handle(block);
        return block->Cpu;
    }

    /// <summary>Ends a <see cref="get_cpu(out cpu_handle)"/>; the handle is dead afterwards.</summary>
    /// <exception cref="KernelBugException">The handle is not one of an open section.</exception>
    [LeavesAtomic("percpu")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void put_cpu(cpu_handle cpu)
    {
        CpuBlock* block = cpu.Block;
        if (block == null || block->Pins == 0)
            throw new KernelBugException("BUG: put_cpu: the handle is not one that get_cpu gave, or its section was left already.");
        CpuBlock.Unpin(block);
        Booted.Context.Leave(block, SectionKind.PinnedCpu);
    }

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
        new(name, Booted.Machine.PerCpu, Booted.Block, NR_CPUS);

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

    /// <summary>Allocates an object for each CPU, zeroed. May sleep. LKD ch. 12, "Per-CPU Data at Runtime".</summary>
    /// <returns>A pointer for <see cref="per_cpu_ptr"/> and <see cref="get_cpu_ptr"/>; null without memory.</returns>
    [MightSleep]
    [return: Allocates("percpu", Zeroed = true)]
    public static T* alloc_percpu<T>() where T : unmanaged => (T*)__alloc_percpu((nuint)sizeof(T), 0);

    /// <summary>As <see cref="alloc_percpu"/>, by size, at most 32 KiB, and alignment, at most a page. May sleep. LKD ch. 12, "Per-CPU Data at Runtime".</summary>
    /// <returns>The pointer; null without memory, or for an impossible size or alignment.</returns>
    [MightSleep]
    [return: Allocates("percpu", Zeroed = true)]
    public static void* __alloc_percpu(nuint size, nuint align)
    {
        Booted.MightSleep();
        return Booted.Machine.PerCpu.Allocate(Booted.Block, size, align);
    }

    /// <summary>Frees what <see cref="alloc_percpu"/> allocated; null is nothing.</summary>
    /// <exception cref="KernelBugException">It is no such pointer, or was freed already.</exception>
    [NeverSleeps]
    public static void free_percpu([Frees("percpu")] void* pdata) => Booted.Machine.PerCpu.Free(Booted.Block, pdata);

    /// <summary>A CPU's object, without any lock or preemption control.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such CPU.</exception>
    public static T* per_cpu_ptr<T>(T* ptr, int cpu) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cpu, NR_CPUS);
        return CopyOf(ptr, cpu);
    }

    /// <summary>This CPU's object, with preemption disabled until <see cref="put_cpu_ptr"/>; the pointer is dead afterwards.</summary>
    public static T* get_cpu_ptr<T>([EntersAtomic("percpu")] T* ptr) where T : unmanaged => CopyOf(ptr, get_cpu());

    /// <summary>Ends a <see cref="get_cpu_ptr"/> of the same object.</summary>
    /// <exception cref="KernelBugException">Preemption is not disabled.</exception>
    public static void put_cpu_ptr<T>([LeavesAtomic("percpu")] T* ptr) where T : unmanaged => put_cpu();

    private static T* CopyOf<T>(T* ptr, int cpu) where T : unmanaged => (T*)((byte*)ptr + (nuint)(uint)cpu * Booted.Machine.PerCpu.Unit);
}
