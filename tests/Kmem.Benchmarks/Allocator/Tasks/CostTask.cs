using Kmem.Benchmarks.Allocator.Contestants;
using Kmem.Benchmarks.Allocator.Measurement;

namespace Kmem.Benchmarks.Allocator.Tasks;

/// <summary>Nanoseconds of pairs under whatever debug options the process has.</summary>
internal static class CostTask
{
    private const int Size = 256;
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(2);

    public static IEnumerable<KeyValuePair<string, double>> Run(int rounds)
    {
        Roster roster = new();
        var pages = new Contestant<KmemPages, PageBlock>("Kmem alloc_pages", _ => new KmemPages(0));
        var contest = Contest.Run(
            [.. new[] { roster.KmallocContestant, roster.SlabCacheContestant, pages }.Select(one => new Entrant(one.Name, one.Pairs(Size)))],
            new Pace(rounds, s_slice));
        return contest.Names.Select(name => KeyValuePair.Create(name, contest.Median(name)));
    }
}
