using Kmem.Benchmarks.Allocator.Contestants;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary><see cref="Pairs"/> with a handle of get_cpu, which is given up and taken again after every thousand.</summary>
internal static class HandlePairs
{
    private const int SectionLength = 1000;

    public static void RunKmalloc(nuint size, int operations)
    {
        for (var left = operations; left > 0; left -= SectionLength)
        {
            Kernel.get_cpu(out var cpu);
            Pairs.Run<KmemHandleKmalloc, NativeBlock>(new KmemHandleKmalloc(cpu), size, Math.Min(left, SectionLength));
            Kernel.put_cpu(cpu);
        }
    }

    public static void RunSlabCache(kmem_cache cache, nuint size, int operations)
    {
        for (var left = operations; left > 0; left -= SectionLength)
        {
            Kernel.get_cpu(out var cpu);
            Pairs.Run<KmemHandleSlabCache, NativeBlock>(new KmemHandleSlabCache(cpu, cache), size, Math.Min(left, SectionLength));
            Kernel.put_cpu(cpu);
        }
    }
}
