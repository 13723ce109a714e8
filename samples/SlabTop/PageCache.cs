using Kmem;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace SlabTop;

/// <summary>Pages that could be read again at any time: kept as long as nobody needs the memory, and given back through a shrinker.</summary>
internal sealed unsafe class PageCache : IDisposable
{
    private const int PagesAStep = 6;

    private readonly Stack<nint> _pages = new();
    private readonly Lock _lock = new();
    private readonly shrinker _shrinker;

    public PageCache()
    {
        _shrinker = new shrinker { count_objects = Count, scan_objects = Drop, does_io = true };
        register_shrinker(_shrinker);
    }

    /// <summary>Takes some more pages; without memory none.</summary>
    public void Fill()
    {
        for (int i = 0; i < PagesAStep; i++)
        {
            // Not under the lock: the allocation may come back here to have pages dropped.
            page* page = alloc_page(GFP_HIGHUSER | __GFP_NORETRY | __GFP_NOWARN);
            if (page == null)
                return;
            lock (_lock)
                _pages.Push((nint)page);
        }
    }

    public void Dispose()
    {
        unregister_shrinker(_shrinker);
        Drop(nuint.MaxValue);
    }

    private nuint Count()
    {
        lock (_lock)
            return (nuint)_pages.Count;
    }

    private nuint Drop(nuint most)
    {
        nuint dropped = 0;
        lock (_lock)
        {
            while (dropped < most && _pages.TryPop(out nint page))
            {
                __free_page((page*)page);
                dropped++;
            }
        }

        return dropped;
    }
}
