using Kmem.Benchmarks.Allocator.Measurement;
using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>One contest: a row for each entrant, with its time and its ratio to one of them.</summary>
internal static class ContestTable
{
    public static void Print(string title, Contest contest, string reference)
    {
        var table = new MarkdownTable("", "ns", $"ratio to {reference}");
        foreach (var name in contest.Names)
            table.Add(name, Report.Number(contest.Median(name), 1), Report.Number(contest.Ratio(name, reference), 2));
        Report.Print(title, table);
    }
}
