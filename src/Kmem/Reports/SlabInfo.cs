using System.Globalization;
using System.Text;
using Kmem.Slab;

namespace Kmem.Reports;

/// <summary>
/// /proc/slabinfo, version 2.1: each cache's objects, slabs and tunables. Active objects are those that users hold; what lies ready in arrays does not count.
/// </summary>
internal static class SlabInfo
{
    private const int SharedFactor = 8;

    public static string Describe(SlabAllocator slab)
    {
        StringBuilder text = new();
        text.Append("slabinfo - version: 2.1\n");
        text.Append("# name            <active_objs> <num_objs> <objsize> <objperslab> <pagesperslab>");
        text.Append(" : tunables <limit> <batchcount> <sharedfactor> : slabdata <active_slabs> <num_slabs> <sharedavail>\n");
        foreach (kmem_cache cache in slab.Caches)
        {
            (int slabs, int activeSlabs, int outOfSlabs, int inDepot) = cache.Count();
            int active = Math.Max(0, outOfSlabs - inDepot - slab.CountInArrays(cache));
            SlabGeometry g = cache.Geometry;
            CultureInfo c = CultureInfo.InvariantCulture;
            text.Append(c, $"{NameOf(cache),-17} {active,6} {slabs * (int)g.ObjectsPerSlab,6} {g.Stride,6} {g.ObjectsPerSlab,4} {1 << g.Order,4}");
            text.Append(c, $" : tunables {cache.Capacity,4} {cache.Batch,4} {SharedFactor,4}");
            text.Append(c, $" : slabdata {activeSlabs,6} {slabs,6} {inDepot,6}\n");
        }
        return text.ToString();
    }

    // A column ends at the next blank.
    private static string NameOf(kmem_cache cache) =>
        string.Concat(cache.Name.Select(c => char.IsWhiteSpace(c) || char.IsControl(c) ? '_' : c));
}
