using Kmem.Benchmarks.Allocator.Measurement;
using Kmem.Benchmarks.Allocator.Workloads;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>Page-mapped memory beside the system's own.</summary>
internal static class AreasPart
{
    private const nuint MiB = 1 << 20;
    private const string Vmalloc = "Kmem vmalloc, vfree", Mmap = "mmap, munmap";

    public static void Run(AllocatorOptions options, Report report)
    {
        var contest = Contest.Run(
            [new(Mmap, operations => Areas.UseMmap(MiB, operations)), new(Vmalloc, operations => Areas.UseVmalloc(MiB, operations))],
            options.LongPace);
        ContestTable.Print("1 MiB, each page touched", contest, Mmap);
        report.Aim("vmalloc of 1 MiB / mmap", 1, contest.Ratio(Vmalloc, Mmap));
    }
}
