using Kmem.Execution;
using Kmem.Slab;

namespace Kmem;

/// <summary>
/// A reserve of objects of a cache for work that must go on without memory: once the cache has none, the reserve is used, and then whoever may sleep waits for an object to
/// come back. Source: mm/mempool.c.
/// </summary>
public sealed unsafe class mempool_t
{
    private readonly SlabAllocator _slab;
    private readonly kmem_cache _cache;
    private readonly Stack<nint> _reserve = new();
    private readonly object _gate = new();
    private readonly int _least;
    private int _out;
    private bool _destroyed;

    private mempool_t(SlabAllocator slab, kmem_cache cache, int least)
    {
        _slab = slab;
        _cache = cache;
        _least = least;
    }

    /// <summary>Makes a pool with a full reserve; null without memory for it.</summary>
    internal static mempool_t? Create(SlabAllocator slab, CpuBlock* block, kmem_cache cache, int least)
    {
        mempool_t pool = new(slab, cache, least);
        while (pool._reserve.Count < least)
        {
            void* obj = slab.Allocate(block, cache, gfp_t.GFP_KERNEL);
            if (obj == null)
            {
                pool.Destroy(block);
                return null;
            }
            pool._reserve.Push((nint)obj);
        }
        return pool;
    }

    /// <summary>An object; null only if the flags do not allow to wait.</summary>
    internal void* Allocate(CpuBlock* block, gfp_t flags)
    {
        lock (_gate)
            ThrowIfDestroyed("mempool_alloc");
        // Not too hard: the reserve is there to be used.
        void* obj = _slab.Allocate(block, _cache, (flags & ~(gfp_t.__GFP_WAIT | gfp_t.__GFP_IO)) | gfp_t.__GFP_NORETRY | gfp_t.__GFP_NOWARN);
        bool mayWait = (flags & gfp_t.__GFP_WAIT) != 0;
        lock (_gate)
        {
            while (obj == null && _reserve.Count == 0 && mayWait)
                Monitor.Wait(_gate);
            if (obj == null && _reserve.TryPop(out nint reserved))
                obj = (void*)reserved;
            if (obj != null)
                _out++;
        }
        return obj;
    }

    /// <summary>Gives an object back: to the reserve until that is full, else to the cache.</summary>
    internal void Free(CpuBlock* block, void* obj)
    {
        _slab.CheckObject(_cache, obj);
        lock (_gate)
        {
            ThrowIfDestroyed("mempool_free");
            if (_reserve.Contains((nint)obj))
                throw _cache.FreedTwice(obj);
            if (_out == 0)
                throw new KernelBugException($"BUG: mempool_free: {(nuint)obj:x} is not from this pool, which has no object out.");
            _out--;
            if (_reserve.Count < _least)
            {
                _reserve.Push((nint)obj);
                Monitor.Pulse(_gate);
                return;
            }
        }
        _slab.Free(block, _cache, obj);
    }

    /// <summary>Ends the pool and frees its reserve.</summary>
    internal void Destroy(CpuBlock* block)
    {
        lock (_gate)
        {
            ThrowIfDestroyed("mempool_destroy");
            if (_out > 0)
                throw new KernelBugException($"BUG: mempool_destroy: {_out} objects of the pool are still out.");
            _destroyed = true;
        }
        foreach (nint obj in _reserve)
            _slab.Free(block, _cache, (void*)obj);
    }

    private void ThrowIfDestroyed(string caller)
    {
        if (_destroyed)
            throw new KernelBugException($"BUG: {caller}: the pool was destroyed.");
    }
}
