using System.Runtime.CompilerServices;
using Kmem.Execution;
using Kmem.Pages;
using Kmem.Physical;

namespace Kmem;

/// <summary>
/// A variable that each CPU has its own copy of, on cache lines of its own. Made by <c>DEFINE_PER_CPU</c>, lives as long as the machine.
/// Source: Linux Kernel Development, 3rd ed., ch. 12, "The New percpu Interface".
/// </summary>
/// <typeparam name="T">The type of the variable; all zero at first.</typeparam>
public sealed unsafe class PerCpu<T> where T : unmanaged
{
    // Two lines: processors fetch them in pairs.
    private const nuint Separation = 128;

    private readonly byte* _copies;
    private readonly nuint _stride;

    internal PerCpu(string name, PageAllocator pages, CpuBlock* block, int cpus)
    {
        Name = name;
        _stride = ((nuint)sizeof(T) + Separation - 1) / Separation * Separation;
        nuint bytes = _stride * (nuint)cpus;
        uint order = 0;
        while (PhysicalMemory.PageSize << (int)order < bytes)
            order++;
        page* page = pages.Allocate(block, gfp_t.GFP_KERNEL | gfp_t.__GFP_ZERO, order);
        if (page == null)
            throw new InsufficientMemoryException($"Kmem: no memory for the per-CPU variable `{name}' ({bytes} bytes).");
        _copies = (byte*)pages.Frames.AddressOf(page);
        Count = cpus;
    }

    /// <summary>The name it was defined with.</summary>
    public string Name { get; }

    internal int Count { get; }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal ref T Of(int cpu) => ref *(T*)(_copies + (nuint)(uint)cpu * _stride);
}
