using Kmem;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace SlabTop;

/// <summary>What one thread of the load holds: grows to a share of memory and shrinks again, in waves.</summary>
internal sealed unsafe class Holdings : IDisposable
{
    private const int OperationsAStep = 400;
    private const int StepsAWave = 3000;
    private const long LeastBytes = 2 << 20, MostBytes = 20 << 20;

    // One set for all threads, so that objects of several lie in one slab.
    private static readonly kmem_cache?[] s_caches = [Create("inode", 608), Create("dentry", 192), Create("skbuff", 232), Create("task", 1784), Create("buffer_head", 56)];

    private readonly List<Held> _held = [];
    private readonly Random _random;
    private long _bytes;
    private int _step;

    public Holdings(int seed)
    {
        _random = new Random(seed);
        _step = seed * StepsAWave / 2;
    }

    /// <summary>Allocates or releases some, towards where the wave is now.</summary>
    public void Step()
    {
        double wave = (1 - Math.Cos(2 * Math.PI * _step++ / StepsAWave)) / 2;
        long target = LeastBytes + (long)(wave * (MostBytes - LeastBytes));
        for (int i = 0; i < OperationsAStep; i++)
        {
            bool grow = _held.Count == 0 || (_bytes < target && _random.Next(4) != 0);
            if (grow)
                Allocate();
            else
                Release(_random.Next(_held.Count));
        }
    }

    public void Dispose()
    {
        while (_held.Count > 0)
            Release(_held.Count - 1);
    }

    private static kmem_cache? Create(string name, nuint size) => kmem_cache_create(name, size, 0, slab_flags_t.SLAB_HWCACHE_ALIGN, null);

    private void Allocate()
    {
        Held held = _random.Next(100) switch
        {
            < 60 => Take(s_caches[_random.Next(s_caches.Length)]),
            < 90 => TakeBytes(16 << _random.Next(9)),
            < 98 => TakePages((uint)_random.Next(4)),
            _ => TakeArea(PAGE_SIZE * _random.Next(1, 64)),
        };
        if (held.Address == 0)
            return;
        _held.Add(held);
        _bytes += held.Bytes;
    }

    private static Held Take(kmem_cache? cache) =>
        cache == null ? default : new Held(Kind.Object, (nint)kmem_cache_alloc(cache, GFP_KERNEL | __GFP_NOWARN), (int)kmem_cache_size(cache), cache);

    private static Held TakeBytes(int size) => new(Kind.Kmalloc, (nint)kmalloc((nuint)size, GFP_KERNEL | __GFP_NOWARN), size, null);

    private static Held TakePages(uint order) => new(Kind.Pages, (nint)__get_free_pages(GFP_KERNEL | __GFP_NOWARN, order), PAGE_SIZE << (int)order, null);

    private static Held TakeArea(int size) => new(Kind.Area, (nint)vmalloc((nuint)size), size, null);

    private void Release(int index)
    {
        Held held = _held[index];
        _held[index] = _held[^1];
        _held.RemoveAt(_held.Count - 1);
        _bytes -= held.Bytes;
        switch (held.Kind)
        {
            case Kind.Object:
                kmem_cache_free(held.Cache!, (void*)held.Address);
                break;
            case Kind.Kmalloc:
                kfree((void*)held.Address);
                break;
            case Kind.Pages:
                free_pages((nuint)held.Address, (uint)int.Log2(held.Bytes / PAGE_SIZE));
                break;
            default:
                vfree((void*)held.Address);
                break;
        }
    }

    private enum Kind
    {
        Object,
        Kmalloc,
        Pages,
        Area,
    }

    private readonly record struct Held(Kind Kind, nint Address, int Bytes, kmem_cache? Cache);
}
