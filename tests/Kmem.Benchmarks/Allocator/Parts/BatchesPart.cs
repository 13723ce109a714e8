using Kmem.Benchmarks.Allocator.Contestants;
using Kmem.Benchmarks.Allocator.Measurement;
using Kmem.Benchmarks.Allocator.Workloads;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>A thousand blocks are allocated, and then all freed.</summary>
internal static class BatchesPart
{
    private static readonly nuint[] s_sizes = [64, 256, 1024];

    public static void Run(AllocatorOptions options, Roster roster, Report report)
    {
        RunOrder("LIFO", lifo: true, options, roster, report);
        RunOrder("FIFO", lifo: false, options, roster, report);
    }

    private static void RunOrder(string order, bool lifo, AllocatorOptions options, Roster roster, Report report)
    {
        var contestants = roster.Peers.Append(roster.KmallocContestant).Append(roster.SlabCacheContestant).ToArray();
        var contests = s_sizes.ToDictionary(
            size => size,
            size => Contest.Run([.. contestants.Select(one => new Entrant(one.Name, one.Batches(size, lifo)))], options.Pace, Batches.Length));
        SizeTable.Print($"Batches of {Batches.Length}, {order}", contests, roster);
        SizeTable.AddAims(report, contests, roster, $"{order}, ", Roster.SlabCache, limit: null);
        SizeTable.AddAims(report, contests, roster, $"{order}, ", Roster.Kmalloc, limit: null);
    }
}
