namespace Kmem.Analyzers.Flags;

/// <summary>The names by which the rules know the parts of allocation flags; their bits are the enum's own.</summary>
internal static class FlagNames
{
    public const string Wait = "__GFP_WAIT";
    public const string High = "__GFP_HIGH";
    public const string Io = "__GFP_IO";
    public const string Fs = "__GFP_FS";
    public const string NoFail = "__GFP_NOFAIL";
    public const string NoRetry = "__GFP_NORETRY";
    public const string HighMemory = "__GFP_HIGHMEM";

    public const string Atomic = "GFP_ATOMIC";
    public const string NoWait = "GFP_NOWAIT";
    public const string User = "GFP_USER";

    /// <summary>Where memory may come from, the narrowest first.</summary>
    public static readonly IReadOnlyList<string> Zones = new[] { "__GFP_DMA", "__GFP_DMA32", HighMemory };

    /// <summary>All that only a thread which may sleep can ask for.</summary>
    public static readonly IReadOnlyList<string> Sleeping = new[] { Wait, Io, Fs, User };
}
