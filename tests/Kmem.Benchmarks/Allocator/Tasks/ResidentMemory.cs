using System.Globalization;

namespace Kmem.Benchmarks.Allocator.Tasks;

/// <summary>The process's memory as the system counts it, in bytes.</summary>
internal static class ResidentMemory
{
    /// <summary>All of it.</summary>
    public static long Total => Read("VmRSS");

    /// <summary>What is the process's own: tables and the garbage collector's, but not the machine's physical memory.</summary>
    public static long Anonymous => Read("RssAnon");

    private static long Read(string name)
    {
        const int bytesInKiB = 1024;
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith(name, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * bytesInKiB;
    }
}
