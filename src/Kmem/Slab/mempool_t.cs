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
    private readonly WaitQueue _waiting = new();
    private readonly int _least;
    private RawSpinLock _gate;
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
        ThrowIfDestroyed("mempool_alloc", Volatile.Read(ref _destroyed));
        // Not too hard: the reserve is there to be used.
        void* obj = _slab.Allocate(block, _cache, (flags & ~(gfp_t.__GFP_WAIT | gfp_t.__GFP_IO)) | gfp_t.__GFP_NORETRY | gfp_t.__GFP_NOWARN);
        bool mayWait = (flags & gfp_t.__GFP_WAIT) != 0;
        while (!TryTakeOut(ref obj, mayWait))
            WaitQueue.Sleep();
        return obj;
    }

    /// <summary>Gives an object back: to the reserve until that is full, else to the cache.</summary>
    internal void Free(CpuBlock* block, void* obj)
    {
        _slab.CheckObject(_cache, obj);
        _gate.Enter();
        bool isDestroyed = _destroyed, isFree = _reserve.Contains((nint)obj), isOurs = _out > 0;
        bool isTaken = !isDestroyed && !isFree && isOurs;
        bool isReserved = isTaken && _reserve.Count < _least;
        if (isTaken)
            _out--;
        if (isReserved)
            _reserve.Push((nint)obj);
        Waiter? woken = isReserved ? _waiting.TakeFirst() : null;
        _gate.Exit();
        ThrowIfDestroyed("mempool_free", isDestroyed);
        if (isFree)
            throw _cache.FreedTwice(obj);
        if (!isOurs)
            throw new KernelBugException($"BUG: mempool_free: {(nuint)obj:x} is not from this pool, which has no object out.");
        Waiter.WakeAll(woken);
        if (!isReserved)
            _slab.Free(block, _cache, obj);
    }

    /// <summary>Ends the pool and frees its reserve.</summary>
    internal void Destroy(CpuBlock* block)
    {
        _gate.Enter();
        bool wasDestroyed = _destroyed;
        int live = _out;
        _destroyed |= live == 0;
        _gate.Exit();
        ThrowIfDestroyed("mempool_destroy", wasDestroyed);
        if (live > 0)
            throw new KernelBugException($"BUG: mempool_destroy: {live} objects of the pool are still out.");
        foreach (nint obj in _reserve)
            _slab.Free(block, _cache, (void*)obj);
    }

    // What the cache gave counts as out; else the reserve is asked. False: there is nothing, and the caller stands in the queue.
    private bool TryTakeOut(ref void* obj, bool mayWait)
    {
        _gate.Enter();
        if (obj == null && _reserve.TryPop(out nint reserved))
            obj = (void*)reserved;
        if (obj != null)
            _out++;
        bool waits = obj == null && mayWait;
        if (waits)
            _waiting.Join();
        _gate.Exit();
        return !waits;
    }

    private static void ThrowIfDestroyed(string caller, bool isDestroyed)
    {
        if (isDestroyed)
            throw new KernelBugException($"BUG: {caller}: the pool was destroyed.");
    }
}
