using Kmem.Benchmarks.Allocator.Tasks;
using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>The soak, plainly, and with owners tracked, so that the leak report knows of every object.</summary>
internal static class SoakPart
{
    public static void Run(AllocatorOptions options, Report report)
    {
        var table = new MarkdownTable("Soak", "operations a thread", SoakTask.Seconds, SoakTask.LeakLines, SoakTask.ActiveObjects, SoakTask.LostBytes);
        foreach (var debug in new[] { nameof(MachineDebug.None), nameof(MachineDebug.Track) })
        {
            var soak = ChildTask.Start("soak", options.SoakOperations, debug);
            string[] columns = [SoakTask.LeakLines, SoakTask.ActiveObjects, SoakTask.LostBytes];
            table.Add([debug, Report.Number(options.SoakOperations, 0), Report.Number(soak[SoakTask.Seconds], 1), .. columns.Select(column => Report.Number(soak[column], 0))]);
            report.Aim($"soak, {debug}: leaked", 0, columns.Sum(column => soak[column]));
        }

        Report.Print("Soak", table);
    }
}
