using System.Globalization;
using System.Text;
using Kmem.Pages;
using Kmem.PerCpuData;
using Kmem.Physical;
using Kmem.Slab;
using Kmem.Virtual;

namespace Kmem.Reports;

/// <summary>
/// /proc/meminfo: where the memory is, in KiB. MemTotal is the sum of MemFree, PcpFree (single pages that CPUs keep ready), Slab, VmallocUsed, Percpu and
/// DirectPages (allocated as pages), as far as nothing changes while they are counted; PcpFree and DirectPages have no line in Linux.
/// </summary>
internal static unsafe class MemInfo
{
    private const ulong FrameKiB = PhysicalMemory.PageSize / 1024;

    public static string Describe(PageAllocator pages, SlabAllocator slab, VmallocSpace vmalloc, PerCpuArea perCpu)
    {
        ulong reclaimable = slab.CountFrames(IsReclaimable), unreclaimable = slab.CountFrames(cache => !IsReclaimable(cache)), slabFrames = reclaimable + unreclaimable;
        ulong vmallocFrames = 0;
        vmalloc.Visit((_, area) => vmallocFrames += area.CountFrames());
        ulong high = Sum(pages, zone => IsHigh(zone) ? zone.PresentFrames : 0), low = Sum(pages, zone => IsHigh(zone) ? 0 : zone.PresentFrames);
        ulong highFree = Sum(pages, zone => IsHigh(zone) ? zone.Free.FreeFrames : 0), lowFree = Sum(pages, zone => IsHigh(zone) ? 0 : zone.Free.FreeFrames);
        ulong others = slabFrames + vmallocFrames + perCpu.CountFrames();
        StringBuilder text = new();
        Append(text, "MemTotal", low + high);
        Append(text, "MemFree", lowFree + highFree);
        Append(text, "MemAvailable", lowFree + highFree + reclaimable);
        Append(text, "HighTotal", high);
        Append(text, "HighFree", highFree);
        Append(text, "LowTotal", low);
        Append(text, "LowFree", lowFree);
        Append(text, "PcpFree", Sum(pages, zone => zone.FramesOnCpuLists) + (ulong)pages.Stash.CountPages());
        // The parts are counted one after the other: while threads are at work the later may be smaller than the earlier.
        Append(text, "DirectPages", Math.Max(CountAllocated(pages), others) - others);
        Append(text, "Slab", slabFrames);
        Append(text, "SReclaimable", reclaimable);
        Append(text, "SUnreclaim", unreclaimable);
        Append(text, "VmallocTotal", vmalloc.TotalBytes / PhysicalMemory.PageSize);
        Append(text, "VmallocUsed", vmallocFrames);
        Append(text, "Percpu", perCpu.CountFrames());
        return text.ToString();
    }

    private static bool IsReclaimable(kmem_cache cache) => (cache.Flags & slab_flags_t.SLAB_RECLAIM_ACCOUNT) != 0;

    private static bool IsHigh(Zone zone) => zone.Kind == ZoneKind.HighMem;

    private static void Append(StringBuilder text, string name, ulong frames) =>
        text.Append(CultureInfo.InvariantCulture, $"{name + ":",-15} {frames * FrameKiB,8} kB\n");

    private static ulong Sum(PageAllocator pages, Func<Zone, uint> select)
    {
        ulong sum = 0;
        foreach (Zone zone in pages.Zones)
            sum += select(zone);
        return sum;
    }

    // Counted from the page structs, not as a remainder, so that the sum of the report proves something.
    private static ulong CountAllocated(PageAllocator pages)
    {
        ulong frames = 0;
        for (uint frame = 0; frame < pages.Frames.Count; frame++)
        {
            page* page = pages.Frames.Pages + frame;
            if ((page->State & PageState.Allocated) != 0)
                frames += 1ul << page->Order;
        }
        return frames;
    }
}
