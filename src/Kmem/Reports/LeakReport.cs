using System.Globalization;
using System.Text;
using Kmem.Dma;
using Kmem.Pages;
using Kmem.PerCpuData;
using Kmem.Physical;
using Kmem.Slab;
using Kmem.Virtual;

namespace Kmem.Reports;

/// <summary>
/// What is allocated and who allocated it, a line each; what an allocator took from another one to serve its users does not count. Known only where owners are tracked.
/// Source: Documentation/kmemleak.txt.
/// </summary>
internal static unsafe class LeakReport
{
    public static string Describe(SlabAllocator slab, PageAllocator pages, VmallocSpace vmalloc, PerCpuArea perCpu, CoherentMemory coherent)
    {
        StringBuilder text = new();
        foreach (kmem_cache cache in slab.Caches)
            AppendObjects(text, cache);
        pages.VisitOwned((frame, order, owner) =>
            Append(text, AddressOf(pages, frame), PhysicalMemory.PageSize << order, $"pages of order {order}, pfn {frame:x}", owner));
        vmalloc.Visit((address, area) =>
        {
            if (vmalloc.OwnerOf(area) is { } owner)
                Append(text, address, area.Pages * PhysicalMemory.PageSize, area.OwnsFrames ? "vmalloc" : "vmap", owner);
        });
        perCpu.VisitOwned((address, size, owner) => Append(text, address, size, "per-CPU data", owner));
        coherent.VisitOwned((address, size, device, owner) => Append(text, address, size, $"coherent memory of {device.Name}", owner));
        return text.ToString();
    }

    private static void AppendObjects(StringBuilder text, kmem_cache cache)
    {
        if (cache.Debug is { TracksOwners: true } debug)
            cache.VisitOutOfSlabs(obj => Append(text, (nuint)obj, debug.RequestedSize((void*)obj), $"cache {cache.Name}", debug.OwnerOf((void*)obj)));
    }

    private static void Append(StringBuilder text, nuint address, nuint size, string what, string owner) =>
        text.Append(CultureInfo.InvariantCulture, $"unreferenced object 0x{address:x} (size {size}): {what}, allocated at {owner}\n");

    // A high page has no address of its own; its users know it by its page struct.
    private static nuint AddressOf(PageAllocator pages, uint frame)
    {
        page* page = pages.Frames.Pages + frame;
        void* address = pages.Frames.AddressOf(page);
        return address != null ? (nuint)address : (nuint)page;
    }
}
