using Kmem.Benchmarks.Allocator.Contestants;
using Kmem.Benchmarks.Allocator.Measurement;
using Kmem.Benchmarks.Allocator.Workloads;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>A block is allocated, touched and freed at once, by size.</summary>
internal static class PairsPart
{
    private const string KmallocByHandle = Roster.Kmalloc + ", handle", SlabCacheByHandle = Roster.SlabCache + ", handle";

    private static readonly nuint[] s_sizes = [16, 64, 256, 1024, 4096, 16 * 1024, 64 * 1024];

    public static void Run(AllocatorOptions options, Roster roster, Report report)
    {
        var contests = s_sizes.ToDictionary(size => size, size => Measure(size, options, roster));
        SizeTable.Print("Pairs: allocate, touch, free", contests, roster);
        var contestsOfAims = contests.Where(contest => contest.Key is >= 64 and <= 4096).ToDictionary();
        SizeTable.AddAims(report, contestsOfAims, roster, "pairs, ", Roster.SlabCache, limit: 0.40);
        SizeTable.AddAims(report, contestsOfAims, roster, "pairs, ", Roster.Kmalloc, limit: 0.50);
        SizeTable.AddAims(report, contestsOfAims, roster, "pairs, ", SlabCacheByHandle, limit: 0.15);
        SizeTable.AddAims(report, contestsOfAims, roster, "pairs, ", KmallocByHandle, limit: 0.15);
    }

    private static Contest Measure(nuint size, AllocatorOptions options, Roster roster)
    {
        var contestants = roster.Peers.Append(roster.KmallocContestant).Append(roster.SlabCacheContestant);
        Entrant[] withHandle =
        [
            new(KmallocByHandle, operations => HandlePairs.RunKmalloc(size, operations)),
            new(SlabCacheByHandle, operations => HandlePairs.RunSlabCache(roster.CacheOf(size), size, operations)),
        ];
        return Contest.Run([.. contestants.Select(one => new Entrant(one.Name, one.Pairs(size))), .. withHandle], options.Pace);
    }
}
