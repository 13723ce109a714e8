using Kmem.Benchmarks.Allocator.Contestants;
using Kmem.Benchmarks.Allocator.Measurement;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>Random replacement in a set of blocks of mixed sizes.</summary>
internal static class RandomPart
{
    public static void Run(AllocatorOptions options, Roster roster, Report report)
    {
        var contestants = roster.Peers.Append(roster.KmallocContestant);
        var contest = Contest.Run([.. contestants.Select(one => new Entrant(one.Name, one.RandomReplacement()))], options.LongPace);
        ContestTable.Print("Random replacement, 10,000 blocks of 16 B to 4 KiB", contest, Roster.Reference);
        if (Roster.HasMimalloc)
            report.Aim($"random replacement, {Roster.Kmalloc} / {Mimalloc.Names.Name}", 0.70, contest.Ratio(Roster.Kmalloc, Mimalloc.Names.Name));
    }
}
