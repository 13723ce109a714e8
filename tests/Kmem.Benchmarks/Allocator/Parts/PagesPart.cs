using Kmem.Benchmarks.Allocator.Contestants;
using Kmem.Benchmarks.Allocator.Measurement;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>Blocks of pages beside peers' blocks of the same size.</summary>
internal static class PagesPart
{
    private const string Pages = "Kmem alloc_pages", Addresses = "Kmem __get_free_pages";

    public static void Run(AllocatorOptions options, Roster roster, Report report)
    {
        var single = RunOrder(0, options, roster);
        RunOrder(3, options, roster);
        report.Aim("order-0 pages / fastest peer's 4 KiB pair", 1, single.Ratio(Pages, single.Fastest(roster.PeerNames)));
    }

    private static Contest RunOrder(int order, AllocatorOptions options, Roster roster)
    {
        var size = (nuint)Kernel.PAGE_SIZE << order;
        Contestant[] own =
        [
            new Contestant<KmemPages, PageBlock>(Pages, _ => new KmemPages((uint)order)),
            new Contestant<KmemPageAddresses, NativeBlock>(Addresses, _ => new KmemPageAddresses((uint)order)),
        ];
        var contest = Contest.Run([.. roster.Peers.Concat(own).Select(one => new Entrant(one.Name, one.Pairs(size)))], options.Pace);
        ContestTable.Print($"Pages, order {order}, {size / 1024} KiB", contest, Roster.Reference);
        return contest;
    }
}
