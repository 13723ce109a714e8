namespace Kmem.Benchmarks.Allocator.Contestants;

/// <summary>Who takes part: the peers that this machine has, and Kmem's allocators.</summary>
internal sealed class Roster
{
    public const string Kmalloc = "Kmem kmalloc";
    public const string SlabCache = "Kmem kmem_cache";

    private readonly Dictionary<nuint, kmem_cache> _caches = [];
    private readonly List<Contestant> _peers = [];
    private readonly List<string> _missing = [];

    public Roster()
    {
        AddLibrary<Mimalloc>();
        AddLibrary<Jemalloc>();
        AddLibrary<Tcmalloc>();
        AddLibrary<Glibc>();
        Add<DotNetNativeMemory, NativeBlock>("NativeMemory");
        Add<DotNetHGlobal, NativeBlock>("AllocHGlobal");
        Add<SharedArrayPool, ManagedBlock>("ArrayPool.Shared");
        Add<NewArray, ManagedBlock>("new byte[]");
    }

    /// <summary>The name of what ratios are to: mimalloc by a plain P/Invoke, or .NET's own way where that is not installed.</summary>
    public static string Reference => HasMimalloc ? Mimalloc.Names.Name : "NativeMemory";

    public static bool HasMimalloc => Functions<Mimalloc>.AreThere;

    public IReadOnlyList<Contestant> Peers => _peers;

    public IEnumerable<string> PeerNames => _peers.Select(peer => peer.Name);

    /// <summary>A sentence for each peer that is not installed.</summary>
    public IReadOnlyList<string> Missing => _missing;

    public Contestant KmallocContestant { get; } = new Contestant<KmemKmalloc, NativeBlock>(Kmalloc, _ => new KmemKmalloc());

    public Contestant SlabCacheContestant => new Contestant<KmemSlabCache, NativeBlock>(SlabCache, size => new KmemSlabCache(CacheOf(size)));

    /// <summary>The cache of objects of a size.</summary>
    public kmem_cache CacheOf(nuint size)
    {
        if (!_caches.TryGetValue(size, out var cache))
            _caches[size] = cache = Kernel.kmem_cache_create($"benchmark-{size}", size, 0, slab_flags_t.SLAB_HWCACHE_ALIGN | slab_flags_t.SLAB_PANIC, null)!;
        return cache;
    }

    private void AddLibrary<TLibrary>() where TLibrary : struct, INativeLibrary
    {
        if (!Functions<TLibrary>.AreThere)
        {
            _missing.Add($"{TLibrary.Names.Name} is left out: {TLibrary.Names.File} cannot be loaded. On Debian: apt-get install {TLibrary.Names.Package}");
            return;
        }

        Add<PlainNative<TLibrary>, NativeBlock>(TLibrary.Names.Name);
        Add<FastNative<TLibrary>, NativeBlock>($"{TLibrary.Names.Name}, direct");
    }

    private void Add<TAllocator, TBlock>(string name)
        where TAllocator : struct, IAllocator<TBlock>
        where TBlock : struct, IBlock => _peers.Add(new Contestant<TAllocator, TBlock>(name, _ => default));
}
