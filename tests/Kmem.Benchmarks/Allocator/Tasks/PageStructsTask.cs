using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Benchmarks.Allocator.Tasks;

/// <summary>How much of the machine its page structs and maps take, once every frame has been used: low memory by the slab allocator, the rest as pages.</summary>
internal static unsafe class PageStructsTask
{
    public const string Share = "percent of the machine";

    public static IEnumerable<KeyValuePair<string, double>> Run()
    {
        kfree(kmalloc(1, GFP_KERNEL));
        var machineBytes = (double)current_machine.TotalBytes;
        var before = ResidentMemory.Anonymous;
        while (kmalloc(KMALLOC_MAX_SIZE, GFP_NOWAIT | __GFP_NOWARN) != null)
        {
        }

        while (alloc_page(GFP_HIGHUSER & ~__GFP_WAIT | __GFP_NOWARN) != null)
        {
        }

        return [KeyValuePair.Create(Share, (ResidentMemory.Anonymous - before) / machineBytes * 100)];
    }
}
