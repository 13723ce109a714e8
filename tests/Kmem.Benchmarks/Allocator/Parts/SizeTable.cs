using Kmem.Benchmarks.Allocator.Contestants;
using Kmem.Benchmarks.Allocator.Measurement;
using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>Contests of the same workload at several sizes: a row for each entrant, a column for each size.</summary>
internal static class SizeTable
{
    public static void Print(string title, IReadOnlyDictionary<nuint, Contest> contests, Roster roster)
    {
        var table = new MarkdownTable([$"ratio to {Roster.Reference}", .. contests.Keys.Select(SizeName)]);
        table.Add([$"{Roster.Reference}, ns", .. contests.Values.Select(contest => Report.Number(contest.Median(Roster.Reference), 1))]);
        foreach (var name in contests.Values.First().Names)
            table.Add([name, .. contests.Values.Select(contest => Report.Number(contest.Ratio(name, Roster.Reference), 2))]);
        Report.Print(title, table);
    }

    /// <summary>The worst ratios over the sizes: to mimalloc, and to the fastest peer.</summary>
    public static void AddAims(Report report, IReadOnlyDictionary<nuint, Contest> contests, Roster roster, string workload, string name, double? limit)
    {
        if (limit is { } most && Roster.HasMimalloc)
            AddWorst(report, $"{workload}{name} / {Mimalloc.Names.Name}", most, contests, contest => contest.Ratio(name, Mimalloc.Names.Name));
        AddWorst(report, $"{workload}{name} / fastest peer", 1, contests, contest => contest.Ratio(name, contest.Fastest(roster.PeerNames)));
    }

    private static void AddWorst(Report report, string what, double limit, IReadOnlyDictionary<nuint, Contest> contests, Func<Contest, double> ratio)
    {
        var (size, contest) = contests.MaxBy(pair => ratio(pair.Value));
        report.Aim(what, limit, ratio(contest), contests.Count > 1 ? $"worst at {SizeName(size)}" : "");
    }

    private static string SizeName(nuint size) => size >= 1024 ? $"{size / 1024} KiB" : $"{size} B";
}
