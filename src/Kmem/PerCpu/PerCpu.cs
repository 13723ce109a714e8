using System.Runtime.CompilerServices;
using Kmem.Execution;
using Kmem.PerCpuData;

namespace Kmem;

/// <summary>
/// A variable that each CPU has its own copy of, on cache lines of its own. Made by <c>DEFINE_PER_CPU</c>, lives as long as the machine.
/// Source: Linux Kernel Development, 3rd ed., ch. 12, "The New percpu Interface".
/// </summary>
/// <typeparam name="T">The type of the variable; all zero at first.</typeparam>
public sealed unsafe class PerCpu<T> where T : unmanaged
{
    private readonly byte* _copies;
    private readonly nuint _stride;

    internal PerCpu(string name, PerCpuArea area, CpuBlock* block, int cpus)
    {
        Name = name;
        Count = cpus;
        _stride = area.Unit;
        _copies = (byte*)area.Allocate(block, (nuint)sizeof(T), 0, isPermanent: true);
        if (_copies == null)
            throw new InsufficientMemoryException($"Kmem: no memory for the per-CPU variable `{name}' of {sizeof(T)} bytes; the largest is {area.Unit}.");
    }

    /// <summary>The name it was defined with.</summary>
    public string Name { get; }

    internal int Count { get; }

    /// <summary>The copy of CPU 0; those of the others follow.</summary>
    internal byte* Copies
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _copies;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T Of(int cpu) => ref Of(_copies, cpu);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T Of(byte* copies, int cpu) => ref *(T*)(copies + (nuint)(uint)cpu * _stride);
}
