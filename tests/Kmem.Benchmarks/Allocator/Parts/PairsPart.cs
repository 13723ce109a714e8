using Kmem.Benchmarks.Allocator.Contestants;
using Kmem.Benchmarks.Allocator.Measurement;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>A block is allocated, touched and freed at once, by size.</summary>
internal static class PairsPart
{
    private static readonly nuint[] s_sizes = [16, 64, 256, 1024, 4096, 16 * 1024, 64 * 1024];

    public static void Run(AllocatorOptions options, Roster roster, Report report)
    {
        var contests = s_sizes.ToDictionary(size => size, size => Measure(size, options, roster));
        SizeTable.Print("Pairs: allocate, touch, free", contests, roster);
        var contestsOfAims = contests.Where(contest => contest.Key is >= 64 and <= 4096).ToDictionary();
        SizeTable.AddAims(report, contestsOfAims, roster, "pairs, ", Roster.SlabCache, limit: 0.40);
        SizeTable.AddAims(report, contestsOfAims, roster, "pairs, ", Roster.Kmalloc, limit: 0.50);
    }

    private static Contest Measure(nuint size, AllocatorOptions options, Roster roster)
    {
        var contestants = roster.Peers.Append(roster.KmallocContestant).Append(roster.SlabCacheContestant);
        return Contest.Run([.. contestants.Select(one => new Entrant(one.Name, one.Pairs(size)))], options.Pace);
    }
}
