namespace Kmem.Pages;

/// <summary>The zones, from the scarcest to the most plentiful: requests fall back downwards.</summary>
internal enum ZoneKind
{
    Dma,
    Dma32,
    Normal,
    HighMem,
}

/// <summary>Where the zones of a layout lie, and which zone a request starts with.</summary>
internal static class ZoneLayout
{
    private const ulong MiB = 1ul << 20;

    /// <summary>End of a zone in bytes; a zone starts where the one below it ends.</summary>
    public static ulong End(MachineLayout layout, ZoneKind kind) => (layout, kind) switch
    {
        (_, ZoneKind.Dma) => 16 * MiB,
        (MachineLayout.X86, ZoneKind.Dma32) => 16 * MiB,
        (MachineLayout.X86_64, ZoneKind.Dma32) => 4096 * MiB,
        (MachineLayout.X86, ZoneKind.Normal) => 896 * MiB,
        _ => ulong.MaxValue,
    };

    /// <summary>The highest zone that may serve these flags; the lower ones are its fallback.</summary>
    public static ZoneKind Highest(gfp_t flags)
    {
        if ((flags & gfp_t.__GFP_DMA) != 0)
            return ZoneKind.Dma;
        if ((flags & gfp_t.__GFP_DMA32) != 0)
            return ZoneKind.Dma32;
        return (flags & gfp_t.__GFP_HIGHMEM) != 0 ? ZoneKind.HighMem : ZoneKind.Normal;
    }

    /// <summary>The name /proc/zoneinfo prints.</summary>
    public static string Name(ZoneKind kind) => kind switch
    {
        ZoneKind.Dma => "DMA",
        ZoneKind.Dma32 => "DMA32",
        ZoneKind.Normal => "Normal",
        _ => "HighMem",
    };

    /// <summary>The name fault injection knows requests by that start with the zone.</summary>
    public static string FaultName(ZoneKind kind) => kind switch
    {
        ZoneKind.Dma => "ZONE_DMA",
        ZoneKind.Dma32 => "ZONE_DMA32",
        ZoneKind.Normal => "ZONE_NORMAL",
        _ => "ZONE_HIGHMEM",
    };
}
