namespace Kmem.Pages;

/// <summary>Sets each zone's reserve from the machine's size, by the kernel's formulas (mm/page_alloc.c).</summary>
internal static class Watermarks
{
    private const int FramesToKiB = 4;
    private const uint LeastHighMemory = 32, MostHighMemory = 128;

    /// <summary>Frames of a lower zone that are kept: one for this many in the zones above it.</summary>
    private static readonly uint[] s_reserveRatio = [256, 256, 32, 1];

    /// <param name="zones">All zones of the machine.</param>
    /// <param name="minFreeKiB">The emergency reserve in KiB; 0: by the formula sqrt(16 * low memory in KiB), 128 to 65536.</param>
    public static void Set(IReadOnlyList<Zone> zones, uint minFreeKiB)
    {
        ulong lowFrames = 0;
        foreach (Zone zone in zones)
            lowFrames += zone.Kind == ZoneKind.HighMem ? 0 : zone.PresentFrames;
        if (minFreeKiB == 0)
            minFreeKiB = (uint)Math.Clamp(Math.Sqrt(lowFrames * FramesToKiB * 16), 128, 65536);
        foreach (Zone zone in zones)
        {
            zone.SetWatermarks(zone.Kind == ZoneKind.HighMem
                ? Math.Clamp(zone.PresentFrames / 1024, LeastHighMemory, MostHighMemory)
                : (uint)((ulong)(minFreeKiB / FramesToKiB) * zone.PresentFrames / Math.Max(1, lowFrames)));
            SetLowmemReserve(zone, zones);
        }
    }

    private static void SetLowmemReserve(Zone zone, IReadOnlyList<Zone> zones)
    {
        for (ZoneKind from = zone.Kind + 1; from <= ZoneKind.HighMem; from++)
        {
            uint above = 0;
            foreach (Zone other in zones)
            {
                if (other.Node == zone.Node && other.Kind > zone.Kind && other.Kind <= from)
                    above += other.PresentFrames;
            }
            zone.LowmemReserve[(int)from] = above / s_reserveRatio[(int)zone.Kind];
        }
    }
}
