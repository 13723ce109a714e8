using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Block;

internal enum RequestState { Idle, Queued, Running, Finished }

internal unsafe struct Request
{
    public Request* Next;
    public page* Page;
    public ulong Sector;
    public uint Bytes;
    public uint Tag;
    public int Error;
    public RequestState State;
}

/// <summary>Requests waiting for a tag, and those the disk has. Requests come from one cache for all disks.</summary>
internal unsafe struct RequestQueue
{
    private static readonly mutex s_cacheLock = new();
    private static kmem_cache? s_cache;
    private static int s_users;

    private spinlock_t _lock;
    private Request* _waiting;
    private Request** _running;
    private bool _stopped;

    public uint Depth { get; private set; }

    [MightSleep]
    public bool Initialize(uint depth)
    {
        if (!UseCache())
            return false;
        _running = (Request**)kcalloc(depth, (nuint)sizeof(Request*), GFP_KERNEL);
        if (_running == null)
        {
            DropCache();
            return false;
        }

        spin_lock_init(ref _lock);
        _waiting = null;
        _stopped = false;
        Depth = depth;
        return true;
    }

    [MightSleep]
    public void Destroy()
    {
        kfree(_running);
        _running = null;
        DropCache();
    }

    /// <summary>A request with nothing in it; null without memory.</summary>
    public readonly Request* Get([GfpFlags] gfp_t flags)
    {
        kmem_cache? cache = s_cache;
        return cache is null ? null : (Request*)kmem_cache_zalloc(cache, flags);
    }

    public readonly void Put(Request* request) => kmem_cache_free(s_cache!, request);

    /// <summary>Queues the request, and starts it if a tag is free.</summary>
    public int Submit(Request* request)
    {
        nuint flags;
        spin_lock_irqsave(ref _lock, out flags);
        if (_stopped)
        {
            spin_unlock_irqrestore(ref _lock, flags);
            return -EIO;
        }

        request->State = RequestState.Queued;
        request->Next = _waiting;
        _waiting = request;
        StartWaiting();
        spin_unlock_irqrestore(ref _lock, flags);
        return 0;
    }

    [MightSleep]
    public int Wait(Request* request)
    {
        while (true)
        {
            spin_lock_irq(ref _lock);
            bool finished = request->State == RequestState.Finished;
            int error = request->Error;
            spin_unlock_irq(ref _lock);
            if (finished)
                return error;
            schedule();
        }
    }

    /// <summary>Ends the request with this tag and starts the next. In interrupts.</summary>
    public void Complete(uint tag, int error)
    {
        if (tag >= Depth)
            return;
        spin_lock_irqsave(ref _lock, out nuint flags);
        Request* request = _running[tag];
        if (request != null)
        {
            _running[tag] = null;
            request->Error = error;
            request->State = RequestState.Finished;
            StartWaiting();
        }

        spin_unlock_irqrestore(ref _lock, flags);
    }

    /// <summary>Takes no more requests, and waits for those that run.</summary>
    [MightSleep]
    public void Quiesce()
    {
        spin_lock_irq(ref _lock);
        _stopped = true;
        Request* request = _waiting;
        _waiting = null;
        while (request != null)
        {
            Request* next = request->Next;
            request->Error = -EIO;
            request->State = RequestState.Finished;
            request = next;
        }

        bool idle = IsIdle();
        spin_unlock_irq(ref _lock);

        while (!idle)
        {
            msleep(1);
            spin_lock_irq(ref _lock);
            idle = IsIdle();
            spin_unlock_irq(ref _lock);
        }
    }

    [HoldsSpinlock("_lock")]
    private void StartWaiting()
    {
        for (uint tag = 0; tag < Depth && _waiting != null; tag++)
        {
            if (_running[tag] != null)
                continue;
            Request* request = _waiting;
            _waiting = request->Next;
            request->Next = null;
            request->Tag = tag;
            request->State = RequestState.Running;
            _running[tag] = request;
        }
    }

    [HoldsSpinlock("_lock")]
    private readonly bool IsIdle()
    {
        for (uint tag = 0; tag < Depth; tag++)
        {
            if (_running[tag] != null)
                return false;
        }

        return true;
    }

    private static bool UseCache()
    {
        mutex_lock(s_cacheLock);
        s_cache ??= kmem_cache_create("sata_request", (nuint)sizeof(Request), 0, slab_flags_t.SLAB_HWCACHE_ALIGN, null);
        bool usable = s_cache is not null;
        if (usable)
            s_users++;
        mutex_unlock(s_cacheLock);
        return usable;
    }

    private static void DropCache()
    {
        mutex_lock(s_cacheLock);
        if (--s_users == 0)
        {
            kmem_cache_destroy(s_cache);
            s_cache = null;
        }

        mutex_unlock(s_cacheLock);
    }
}
