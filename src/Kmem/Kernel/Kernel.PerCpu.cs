using System.Runtime.CompilerServices;
using Kmem.Annotations;
using Kmem.Execution;
using Kmem.Observation;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Disables preemption: the thread stays, alone, on a CPU. Does not sleep; nests. LKD ch. 12, "Per-CPU Allocations".</summary>
    /// <returns>The CPU's number, 0 to <see cref="NR_CPUS"/> - 1.</returns>
    [EntersAtomic("percpu")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int get_cpu()
    {
        CpuBlock* block = Booted.Block;
        EnterCpu(block);
        return block->Cpu;
    }

    /// <summary>Ends a <see cref="get_cpu()"/>.</summary>
    /// <exception cref="KernelBugException">Preemption is not disabled.</exception>
    [LeavesAtomic("percpu")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void put_cpu() => LeaveCpu(Booted.Block);

    /// <summary>
    /// As <see cref="get_cpu()"/>, with a handle for hot loops: until <see cref="put_cpu(cpu_handle)"/> it allocates and frees without asking each time which thread is calling.
    /// Whoever shrinks or destroys caches waits meanwhile, so sections should be short. Does not sleep.
    /// </summary>
    /// <param name="cpu">The handle.</param>
    /// <returns>The CPU's number.</returns>
    [EntersAtomic("percpu")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int get_cpu(out cpu_handle cpu)
    {
        CpuBlock* block = Booted.Block;
        EnterCpu(block);
        CpuBlock.Pin(block);
        cpu = new cpu_handle(block);
        return block->Cpu;
    }

    /// <summary>Ends a <see cref="get_cpu(out cpu_handle)"/>; the handle is dead afterwards.</summary>
    /// <param name="cpu">The handle.</param>
    /// <exception cref="KernelBugException">The handle is not one of an open section.</exception>
    [LeavesAtomic("percpu")]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void put_cpu(cpu_handle cpu)
    {
        CpuBlock* block = cpu.Block;
        if (block == null || block->Pins == 0)
            throw new KernelBugException("BUG: put_cpu: the handle is not one that get_cpu gave, or its section was left already.");
        CpuBlock.Unpin(block);
        LeaveCpu(block);
    }

    /// <summary>The number of the CPU the thread runs on; it stays true only while preemption is disabled, and sleep checks report any other use. LKD ch. 12, "Per-CPU Allocations".</summary>
    /// <returns>0 to <see cref="NR_CPUS"/> - 1.</returns>
    public static int smp_processor_id()
    {
        CpuBlock* block = Booted.Block;
        if (Booted.ChecksSleep && block->Held == 0)
            Booted.Machine.Log.Write($"BUG: using smp_processor_id() in preemptible code at {CallerLocation.Find()}");
        return block->Cpu;
    }

    /// <summary>The number of a CPU the thread ran on a moment ago: a hint. Source: include/linux/smp.h.</summary>
    /// <returns>0 to <see cref="NR_CPUS"/> - 1.</returns>
    public static int raw_smp_processor_id() => Booted.Block->Cpu;

    /// <summary>Defines a variable that each CPU has its own copy of, all zero. It lives as long as the machine. LKD ch. 12, "Per-CPU Data at Compile-Time".</summary>
    /// <typeparam name="T">Its type.</typeparam>
    /// <param name="name">Its name in reports.</param>
    /// <returns>The variable; never null.</returns>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it.</exception>
    public static PerCpu<T> DEFINE_PER_CPU<T>(string name) where T : unmanaged =>
        new(name, Booted.Machine.PerCpu, Booted.Block, NR_CPUS);

    /// <summary>This CPU's copy, with preemption disabled until <see cref="put_cpu_var"/>. LKD ch. 12, "Per-CPU Data at Compile-Time".</summary>
    /// <typeparam name="T">The variable's type.</typeparam>
    /// <param name="var">The variable.</param>
    /// <returns>A reference to it, dead after put_cpu_var.</returns>
    /// <exception cref="NullReferenceException"><paramref name="var"/> is null; no section is entered.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref T get_cpu_var<T>([EntersAtomic("percpu")] PerCpu<T> var) where T : unmanaged
    {
        // Before the section: no variable would leave it open.
        byte* copies = var.Copies;
        return ref var.Of(copies, get_cpu());
    }

    /// <summary>Ends a <see cref="get_cpu_var"/> of the same variable.</summary>
    /// <exception cref="KernelBugException">Preemption is not disabled.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void put_cpu_var<T>([LeavesAtomic("percpu")] PerCpu<T> var) where T : unmanaged => put_cpu();

    /// <summary>A CPU's copy, without any lock: only the CPU itself may write it, and others see what it writes late. LKD ch. 12, "Per-CPU Data at Compile-Time".</summary>
    /// <typeparam name="T">The variable's type.</typeparam>
    /// <param name="var">The variable.</param>
    /// <param name="cpu">0 to <see cref="NR_CPUS"/> - 1.</param>
    /// <returns>A reference to the copy.</returns>
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

    /// <summary>Allocates an object that each CPU has its own copy of, filled with zeros. May sleep. LKD ch. 12, "Per-CPU Data at Runtime".</summary>
    /// <param name="size">Bytes of a copy.</param>
    /// <param name="align">0, or a power of two up to a page.</param>
    /// <returns>A pointer for <see cref="per_cpu_ptr"/> and <see cref="get_cpu_ptr"/>, not to be followed itself; null without memory, or if no object can be so.</returns>
    [MightSleep]
    [return: Allocates("percpu", Zeroed = true)]
    public static void* __alloc_percpu(nuint size, nuint align)
    {
        Booted.MightSleep();
        return Booted.Machine.PerCpu.Allocate(Booted.Block, size, align);
    }

    /// <summary>Frees what <see cref="alloc_percpu"/> or <see cref="__alloc_percpu"/> allocated, in any context. LKD ch. 12, "Per-CPU Data at Runtime".</summary>
    /// <param name="pdata">The object; null is nothing.</param>
    /// <exception cref="KernelBugException">It is no such object, or was freed already.</exception>
    [NeverSleeps]
    public static void free_percpu([Frees("percpu")] void* pdata) => Booted.Machine.PerCpu.Free(Booted.Block, pdata);

    /// <summary>A CPU's copy of an object, without any lock or preemption control. LKD ch. 12, "Per-CPU Data at Runtime".</summary>
    /// <typeparam name="T">The object's type.</typeparam>
    /// <param name="ptr">What alloc_percpu returned.</param>
    /// <param name="cpu">0 to <see cref="NR_CPUS"/> - 1.</param>
    /// <returns>The copy's address.</returns>
    /// <exception cref="ArgumentOutOfRangeException">There is no such CPU.</exception>
    public static T* per_cpu_ptr<T>(T* ptr, int cpu) where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(cpu);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(cpu, NR_CPUS);
        return CopyOf(ptr, cpu);
    }

    /// <summary>This CPU's copy of an object, with preemption disabled until <see cref="put_cpu_ptr"/>. LKD ch. 12, "Per-CPU Data at Runtime".</summary>
    /// <typeparam name="T">The object's type.</typeparam>
    /// <param name="ptr">What alloc_percpu returned.</param>
    /// <returns>The copy's address, dead after put_cpu_ptr.</returns>
    public static T* get_cpu_ptr<T>([EntersAtomic("percpu")] T* ptr) where T : unmanaged => CopyOf(ptr, get_cpu());

    /// <summary>Ends a <see cref="get_cpu_ptr"/> of the same object.</summary>
    /// <exception cref="KernelBugException">Preemption is not disabled.</exception>
    public static void put_cpu_ptr<T>([LeavesAtomic("percpu")] T* ptr) where T : unmanaged => put_cpu();

    // Without checks a section is one word of the thread's block; what the boot chose is a constant here, but a field to the context.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void EnterCpu(CpuBlock* block)
    {
        if (Booted.ChecksCallers)
            Booted.Context.Enter(block, SectionKind.PinnedCpu);
        else
            VirtualCpus.Enter(Booted.Cpus, block, SectionCount.PreemptionUnit);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void LeaveCpu(CpuBlock* block)
    {
        if (Booted.ChecksCallers || (block->Held & SectionCount.PreemptionMask) == 0)
            Booted.Context.Leave(block, SectionKind.PinnedCpu);
        else
            VirtualCpus.Leave(Booted.Cpus, block, SectionCount.PreemptionUnit);
    }

    private static T* CopyOf<T>(T* ptr, int cpu) where T : unmanaged => (T*)((byte*)ptr + (nuint)(uint)cpu * Booted.Machine.PerCpu.Unit);
}
