using Kmem.Benchmarks.Allocator.Contestants;
using Kmem.Benchmarks.Allocator.Measurement;
using Kmem.Benchmarks.Allocator.Workloads;
using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>Two threads: one allocates what the other frees, and each for itself.</summary>
internal static class ThreadsPart
{
    private const int Size = 256;

    public static void Run(AllocatorOptions options, Roster roster, Report report)
    {
        using var threads = new ThreadPair();
        var contestants = roster.Peers.Append(roster.KmallocContestant).Append(roster.SlabCacheContestant).ToArray();
        RunProducerConsumer(options, roster, report, contestants, threads);
        RunIndependent(options, report, contestants, threads);
    }

    private static void RunProducerConsumer(AllocatorOptions options, Roster roster, Report report, Contestant[] contestants, ThreadPair threads)
    {
        var contest = Contest.Run([.. contestants.Select(one => new Entrant(one.Name, one.ProducerConsumer(Size, threads)))], options.LongPace);
        ContestTable.Print($"Producer and consumer, {Size} B", contest, Roster.Reference);
        if (!Roster.HasMimalloc)
            return;
        foreach (var name in new[] { Roster.Kmalloc, Roster.SlabCache })
            report.Aim($"producer and consumer, {name} / {Mimalloc.Names.Name}", 0.40, contest.Ratio(name, Mimalloc.Names.Name));
    }

    private static void RunIndependent(AllocatorOptions options, Report report, Contestant[] contestants, ThreadPair threads)
    {
        const string suffix = ", two threads";
        var alone = contestants.Select(one => new Entrant(one.Name, one.Pairs(Size)));
        var together = contestants.Select(one => new Entrant(one.Name + suffix, one.TwoThreads(Size, threads)));
        var contest = Contest.Run([.. alone.Zip(together, (one, two) => new[] { one, two }).SelectMany(pair => pair)], options.LongPace);
        var table = new MarkdownTable($"Pairs of {Size} B on two threads", "one thread, ns", "two threads, ns", "ratio");
        foreach (var name in contestants.Select(one => one.Name))
        {
            var ratio = contest.Ratio(name + suffix, name);
            table.Add(name, Report.Number(contest.Median(name), 1), Report.Number(contest.Median(name + suffix), 1), Report.Number(ratio, 2));
            if (name is Roster.Kmalloc or Roster.SlabCache)
                report.Aim($"two independent threads / one, {name}", 1.1, ratio);
        }

        Report.Print("Two independent threads", table);
    }
}
