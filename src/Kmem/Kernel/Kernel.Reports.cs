using Kmem.Reports;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>The caches, in the format of /proc/slabinfo. LKD ch. 12, "Slab Layer"; man page slabinfo(5).</summary>
    /// <returns>Two lines of heading (version 2.1), and a line for each cache.</returns>
    public static string slabinfo() => SlabInfo.Describe(Booted.Machine.Slab);

    /// <summary>The free blocks of each zone and order, in the format of /proc/buddyinfo. Source: Documentation/filesystems/proc.txt.</summary>
    /// <returns>A line for each zone, with the number of free blocks of 2^0 to 2^10 pages.</returns>
    public static string buddyinfo() => BuddyInfo.Describe(Booted.Machine.Pages.Zones);

    /// <summary>The zones, in the format of /proc/zoneinfo. Source: Documentation/filesystems/proc.txt.</summary>
    /// <returns>For each zone its free pages, watermarks, sizes, reserves and CPU lists, in pages.</returns>
    public static string zoneinfo() => ZoneInfo.Describe(Booted.Machine.Pages.Zones);

    /// <summary>The areas of vmalloc and vmap, in the format of /proc/vmallocinfo. Source: Documentation/filesystems/proc.txt.</summary>
    /// <returns>A line for each area, in the order of addresses; empty: there is none.</returns>
    public static string vmallocinfo() => VmallocInfo.Describe(Booted.Machine.Vmalloc);

    /// <summary>Where the memory is, in the format of /proc/meminfo. Source: Documentation/filesystems/proc.txt.</summary>
    /// <returns>A line for each use, in kB. PcpFree (single pages that CPUs and threads keep ready) and DirectPages (allocated as pages) complete the sum.</returns>
    public static string meminfo() => Booted.Machine.DescribeMemory();

    /// <summary>Lists all that is allocated, of every family, with who allocated it; known only with <see cref="MachineDebug.Track"/>. Source: Documentation/kmemleak.txt.</summary>
    /// <returns>A line for each; empty: nothing leaked.</returns>
    public static string kmemleak() => Booted.Machine.ReportLeaks();
}
