using Kmem.Benchmarks.Allocator.Tasks;
using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>What the allocator itself takes, what threads keep, and what is left at the end.</summary>
internal static class MemoryPart
{
    private const int Threads = 200;

    public static void Run(Report report)
    {
        var table = new MarkdownTable("Memory", "measured");
        var share = ChildTask.Start("page-structs", 0)[PageStructsTask.Share];
        var threads = ChildTask.Start("idle-threads", Threads);
        var resident = ChildTask.Start("resident", 0)[ResidentTask.Ratio];
        table.Add("page structs and maps, % of the machine", Report.Number(share, 2));
        foreach (var (name, value) in threads)
            table.Add($"threads: {name}", Report.Number(value, 1));
        table.Add("resident set after everything is freed and reclaimed / before", Report.Number(resident, 2));
        Report.Print("Memory", table);
        report.Aim("page structs and maps, % of the machine", 1.7, share);
        report.Aim("an idle thread, KiB", 64, threads[IdleThreadsTask.WhileIdle]);
        report.Aim("blocks left of threads that have ended", 0, threads[IdleThreadsTask.BlocksLeft]);
        report.Aim("resident set after / before", 1.1, resident);
    }
}
