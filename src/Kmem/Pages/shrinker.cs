namespace Kmem;

/// <summary>
/// Memory that can be given back when the machine runs low: a cache of something that can be made again. Called by reclaim in process context, by one thread
/// at a time; it may sleep, and what it allocates must not need reclaim. Source: include/linux/shrinker.h.
/// </summary>
public sealed class shrinker
{
    /// <summary>How many objects could be freed; null or 0: none.</summary>
    public Func<nuint>? count_objects;

    /// <summary>Frees up to as many objects as it is told; returns how many were freed.</summary>
    public Func<nuint, nuint>? scan_objects;

    /// <summary>It does block I/O, so it runs only for requests with __GFP_IO.</summary>
    public bool does_io;

    /// <summary>It enters a file system, so it runs only for requests with __GFP_FS.</summary>
    public bool does_fs;

    /// <summary>Held while it runs.</summary>
    internal Lock Running { get; } = new();
}
