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
/// DirectPages (allocated as pages); PcpFree and DirectPages have no line in Linux.
/// </summary>
internal static unsafe class MemInfo
{
    private const ulong FrameKiB = PhysicalMemory.PageSize / 1024;

    public static string Describe(PageAllocator pages, SlabAllocator slab, VmallocSpace vmalloc, PerCpuArea perCpu)
    {
        ulong slabFrames = slab.CountFrames(cache => true), reclaimable = slab.CountFrames(cache => (cache.Flags & slab_flags_t.SLAB_RECLAIM_ACCOUNT) != 0);
        ulong vmallocFrames = 0;
        vmalloc.Visit((_, area) => vmallocFrames += area.CountFrames());
        ulong high = Sum(pages, zone => zone.Kind == ZoneKind.HighMem ? zone.PresentFrames : 0), highFree = Sum(pages, zone => zone.Kind == ZoneKind.HighMem ? zone.Free.FreeFrames : 0);
        ulong total = Sum(pages, zone => zone.PresentFrames), free = Sum(pages, zone => zone.Free.FreeFrames);
        StringBuilder text = new();
        Append(text, "MemTotal", total);
        Append(text, "MemFree", free);
        Append(text, "MemAvailable", free + reclaimable);
        Append(text, "HighTotal", high);
        Append(text, "HighFree", highFree);
        Append(text, "LowTotal", total - high);
        Append(text, "LowFree", free - highFree);
        Append(text, "PcpFree", Sum(pages, zone => zone.FreeFrames - zone.Free.FreeFrames) + (ulong)pages.Stash.CountPages());
        Append(text, "DirectPages", CountAllocated(pages) - slabFrames - vmallocFrames - perCpu.CountFrames());
        Append(text, "Slab", slabFrames);
        Append(text, "SReclaimable", reclaimable);
        Append(text, "SUnreclaim", slabFrames - reclaimable);
        Append(text, "VmallocTotal", vmalloc.TotalBytes / PhysicalMemory.PageSize);
        Append(text, "VmallocUsed", vmallocFrames);
        Append(text, "Percpu", perCpu.CountFrames());
        return text.ToString();
    }

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
