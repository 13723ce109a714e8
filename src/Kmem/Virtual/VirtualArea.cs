namespace Kmem.Virtual;

/// <summary>Pages of the vmalloc range that are in use, and the frames behind them.</summary>
/// <param name="FirstPage">First page in the range.</param>
/// <param name="Pages">Pages without the guard.</param>
internal sealed record VirtualArea(ulong FirstPage, uint Pages)
{
    /// <summary>First frame and order of each block, in the order of addresses.</summary>
    public List<(uint Frame, int Order)> Blocks { get; } = [];

    /// <summary>True: the frames are the area's own, of vmalloc; false: somebody else's, of vmap.</summary>
    public bool OwnsFrames { get; init; } = true;

    /// <summary>The number of who made it; 0 unless owners are tracked.</summary>
    public uint AllocatedBy { get; init; }

    /// <summary>Frames that are the area's own.</summary>
    public ulong CountFrames()
    {
        ulong frames = 0;
        foreach ((_, int order) in Blocks)
            frames += OwnsFrames ? 1ul << order : 0;
        return frames;
    }

    /// <summary>True if the guard page is given up as a mapping.</summary>
    public bool GuardIsHole { get; set; }
}
