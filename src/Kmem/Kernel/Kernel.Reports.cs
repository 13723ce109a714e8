using Kmem.Reports;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>The caches, in the format of /proc/slabinfo (version 2.1). LKD ch. 12, "Slab Layer".</summary>
    public static string slabinfo() => SlabInfo.Describe(Booted.Machine.Slab);

    /// <summary>The free blocks of each zone and order, in the format of /proc/buddyinfo.</summary>
    public static string buddyinfo() => BuddyInfo.Describe(Booted.Machine.Pages.Zones);

    /// <summary>The zones, in the format of /proc/zoneinfo.</summary>
    public static string zoneinfo() => ZoneInfo.Describe(Booted.Machine.Pages.Zones);

    /// <summary>The areas of vmalloc and vmap, in the format of /proc/vmallocinfo.</summary>
    public static string vmallocinfo() => VmallocInfo.Describe(Booted.Machine.Vmalloc);

    /// <summary>Where the memory is, in the format of /proc/meminfo. PcpFree (single pages that CPUs keep ready) and DirectPages (allocated as pages) complete the sum.</summary>
    public static string meminfo() => Booted.Machine.DescribeMemory();

    /// <summary>Lists all that is allocated, of every family, with who allocated it; known only with <see cref="MachineDebug.Track"/>. Source: Documentation/kmemleak.txt.</summary>
    /// <returns>A line for each; empty: nothing leaked.</returns>
    public static string kmemleak() => Booted.Machine.ReportLeaks();
}
