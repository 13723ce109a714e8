using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kmem.Execution;
using Kmem.Observation;
using Kmem.Pages;
using Kmem.Physical;

namespace Kmem.Slab;

/// <summary>
/// All caches of a machine: makes and destroys them, and serves what the threads' arrays cannot. The arrays themselves are popped and pushed by the hot
/// paths of the static face; the methods here do the same through the slow path, for machines of their own.
/// </summary>
internal sealed unsafe class SlabAllocator
{
    /// <summary>What kmalloc(0) returns: not null, not to be read, and free to kfree.</summary>
    public static readonly void* ZeroSize = (void*)16;

    /// <summary>Flags that need more than a pop: another zone, clearing, a warning.</summary>
    public const gfp_t SlowFlags = gfp_t.__GFP_DMA | gfp_t.__GFP_HIGHMEM | gfp_t.__GFP_DMA32 | gfp_t.__GFP_ZERO | GfpMask.Unknown;

    /// <summary>Objects of the largest slab whose descriptor lies elsewhere.</summary>
    private const uint MostOffSlabObjects = 256;

    private const ulong FingerprintFactor = 31;

    private const gfp_t NotForSlabs = gfp_t.__GFP_HIGHMEM | gfp_t.__GFP_DMA32 | GfpMask.Unknown;

    private const slab_flags_t KnownFlags = slab_flags_t.SLAB_RED_ZONE | slab_flags_t.SLAB_POISON | slab_flags_t.SLAB_HWCACHE_ALIGN | slab_flags_t.SLAB_CACHE_DMA
        | slab_flags_t.SLAB_RECLAIM_ACCOUNT | slab_flags_t.SLAB_PANIC;

    private readonly kmem_cache?[] _caches = new kmem_cache?[FrameOwner.MaxCaches];
    private readonly Lock _lock = new();
    private readonly ContextTracker _context;
    private readonly KernelLog _log;
    private readonly MachineDebug _debug;
    private readonly FaultInjector _faults;
    private readonly OwnerTable _owners;
    private readonly ConcurrentQueue<string> _drainReports = new();
    private volatile bool _usesArrays;

    public SlabAllocator(PageAllocator pages, ContextTracker context, KernelLog log, MachineDebug debug, FaultInjector faults, OwnerTable owners, bool processWide)
    {
        Pages = pages;
        Sheaves = new SheafPool(pages.Frames.Memory.Host);
        _debug = debug;
        _faults = faults;
        _owners = owners;
        _context = context;
        _log = log;
        IsProcessWide = processWide;
        for (int number = 1; number <= SizeClass.Last; number++)
        {
            slab_flags_t flags = number >= SizeClass.FirstDma ? slab_flags_t.SLAB_CACHE_DMA : slab_flags_t.SLAB_NONE;
            _caches[number] = MakeCache(SizeClass.NameOf(number), SizeClass.SizeOf(number), GeneralAlign(SizeClass.SizeOf(number)), flags, null, number);
        }
        SlabGeometry descriptors = SlabGeometry.For(SlabDescriptor.BytesFor(MostOffSlabObjects), 0, slab_flags_t.SLAB_NONE, hasConstructor: false);
        DescriptorCache = new kmem_cache(this, "slab_descriptors", descriptors.Stride, descriptors, slab_flags_t.SLAB_NONE, null, SizeClass.Last + 1, debug: null);
        _caches[DescriptorCache.Number] = DescriptorCache;
        context.Blocks.Retiring += RemoveSlots;
        context.Blocks.Idle.AddKeeper(FingerprintOf, RemoveSlots);
        pages.Reclaimer.AddCache(Reap);
        UpdateArrays();
    }

    public PageAllocator Pages { get; }

    public bool IsProcessWide { get; }

    /// <summary>Where the arrays come from.</summary>
    public SheafPool Sheaves { get; }

    private FrameTable Frames => Pages.Frames;

    /// <summary>Which allocations fail on purpose; null: none. While there is one, no thread uses its arrays.</summary>
    public fault_attr? Faults
    {
        get => _faults.Faults;
        set
        {
            _faults.Faults = value;
            UpdateArrays();
        }
    }

    /// <summary>The caches there are, general ones first.</summary>
    public IEnumerable<kmem_cache> Caches
    {
        get
        {
            for (int number = 1; number < _caches.Length; number++)
            {
                if (_caches[number] is { } cache)
                    yield return cache;
            }
        }
    }

    /// <summary>Makes a cache; null, with a line in the log, if it cannot be, or an exception under SLAB_PANIC.</summary>
    public kmem_cache? CreateCache(string name, nuint size, nuint align, slab_flags_t flags, ctor_t? constructor)
    {
        string? refusal = Refusal(name, size, align, flags);
        using (_lock.EnterSteadily())
        {
            refusal ??= Caches.Any(cache => cache.Name == name) ? "a cache of this name exists" : null;
            int number = refusal == null ? Array.IndexOf(_caches, null, 1) : -1;
            if (number > 0)
            {
                KmemEventSource.Log.CacheCreated(name);
                return _caches[number] = MakeCache(name, (uint)size, (uint)align, flags, constructor, number);
            }
        }
        string report = $"kmem_cache_create: cache `{name}' is not created: {refusal ?? $"the machine has {FrameOwner.MaxCaches - 1} caches already"}.";
        if ((flags & slab_flags_t.SLAB_PANIC) != 0)
            throw new KernelBugException(report);
        _log.Write(report);
        return null;
    }

    /// <summary>Destroys a cache; false, and nothing changes, while objects of it are allocated.</summary>
    public bool TryDestroyCache(CpuBlock* block, kmem_cache cache)
    {
        CheckAlive(cache);
        int number = cache.Number;
        DrainAllSlots(number);
        cache.Shrink(block);
        using (_lock.EnterSteadily())
        {
            CheckAlive(cache);
            if (!cache.IsUnused())
            {
                _log.Write($"kmem_cache_destroy: cache `{cache.Name}' has live objects; it is kept.");
                return false;
            }
            cache.Retire();
        }
        Drain(other => RemoveSlot(other, number, cache));
        cache.Shrink(block);
        // Last: another cache may have the number from now on.
        using (_lock.EnterSteadily())
            _caches[number] = null;
        KmemEventSource.Log.CacheDestroyed(cache.Name);
        return true;
    }

    /// <summary>Takes the threads' arrays of a cache away; they come back at the next use, as the cache then wants them.</summary>
    public void EmptySlots(kmem_cache cache)
    {
        CheckAlive(cache);
        Drain(block => RemoveSlot(block, cache.Number, cache));
    }

    /// <summary>Gives a cache's unused slabs back to the page allocator; returns the frames freed.</summary>
    public nuint ShrinkCache(CpuBlock* block, kmem_cache cache)
    {
        CheckAlive(cache);
        DrainAllSlots(cache.Number);
        return cache.Shrink(block);
    }

    /// <summary>Empties all arrays and frees all empty slabs; returns the frames freed.</summary>
    public nuint Reap()
    {
        nuint frames = 0;
        CpuBlock* block = _context.Blocks.Current;
        Drain(DrainSlots);
        foreach (kmem_cache cache in Caches.Where(cache => cache != DescriptorCache))
            frames += cache.Shrink(block);
        // Last: the slabs freed just now gave their descriptors back, at first to this thread's array.
        DrainAllSlots(DescriptorCache.Number);
        return frames + DescriptorCache.Shrink(block);
    }

    /// <summary>Allocates from a general cache; null without memory or above the largest size.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void* Allocate(CpuBlock* block, nuint size, gfp_t flags)
    {
        if (size == 0)
            return ZeroSize;
        if (size > SizeClass.Largest)
            return null;
        int number = SizeClass.Of(size);
        if ((flags & gfp_t.__GFP_DMA) != 0)
            number += SizeClass.Count;
        return Allocate(block, _caches[number]!, flags, size);
    }

    /// <summary>Allocates an object, through the shared array and the slabs; null without memory.</summary>
    public void* Allocate(CpuBlock* block, kmem_cache cache, gfp_t flags)
    {
        CheckAlive(cache);
        return Allocate(block, cache, flags, cache.ObjectSize);
    }

    /// <summary>Frees memory of a general cache; null and <see cref="ZeroSize"/> are nothing.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Free(CpuBlock* block, void* obj)
    {
        if (obj == null || obj == ZeroSize)
            return;
        Free(block, GeneralCacheOf(obj, "kfree"), obj);
    }

    /// <summary>Frees an object of a cache, after checking that it is one.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Free(CpuBlock* block, kmem_cache cache, void* obj)
    {
        CheckAlive(cache);
        CheckObject(cache, obj);
        cache.Debug?.Free(obj);
        if ((_debug & MachineDebug.InitOnFree) != 0 && cache.Constructor == null && (cache.Debug == null || !cache.Debug.Poisons))
            Unsafe.InitBlockUnaligned(obj, 0, (uint)cache.ObjectSize);
        FreeMark.Set(obj, cache.Geometry.MarkOffset);
        Push(block, cache, obj);
    }

    /// <summary>Bytes that may be used of memory of a general cache: all of the object, or under debugging what was asked for.</summary>
    public nuint SizeOf(void* obj)
    {
        if (obj == ZeroSize)
            return 0;
        kmem_cache cache = GeneralCacheOf(obj, "ksize");
        CheckObject(cache, obj);
        return cache.Debug?.RequestedSize(obj) ?? cache.ObjectSize;
    }

    /// <summary>Objects of a cache that users hold: those out of the slabs that lie in no array.</summary>
    public int CountAllocated(kmem_cache cache)
    {
        int inArrays = 0;
        _context.Blocks.Drain(block => inArrays += (int)ArraySlot.Of((CpuBlock*)block, (uint)cache.Number)->Total);
        (_, _, int outOfSlabs, int inDepot) = cache.Count();
        return outOfSlabs - inDepot - inArrays;
    }

    /// <summary>Objects of a cache that lie in threads' arrays, as far as one can tell without stopping the threads.</summary>
    public int CountInArrays(kmem_cache cache)
    {
        int count = 0;
        _context.Blocks.Visit(block => count += (int)ArraySlot.Of((CpuBlock*)block, (uint)cache.Number)->Total);
        return count;
    }

    /// <summary>Frames in the slabs of some of the caches.</summary>
    public nuint CountFrames(Predicate<kmem_cache> which)
    {
        nuint frames = 0;
        foreach (kmem_cache cache in Caches.Where(cache => which(cache)))
            frames += (nuint)cache.Count().Slabs << cache.Geometry.Order;
        return frames;
    }

    public bool IsValid() => Caches.All(cache => cache.IsValid());

    /// <summary>Says that a thread is about to keep objects.</summary>
    public void WatchArrays() => _context.Blocks.Idle.Watch();

    /// <summary>Gives the arrays' memory back to the host.</summary>
    public void Release() => Sheaves.Release();

    /// <summary>Where the descriptors of off-slab caches lie.</summary>
    internal kmem_cache DescriptorCache { get; }

    internal page* AllocateSlabPages(CpuBlock* block, kmem_cache cache, gfp_t flags, int node)
    {
        flags &= ~(gfp_t.__GFP_ZERO | gfp_t.__GFP_DMA);
        if ((cache.Flags & slab_flags_t.SLAB_CACHE_DMA) != 0)
            flags |= gfp_t.__GFP_DMA;
        page* page = Pages.Allocate(block, flags | gfp_t.__GFP_COMP, (uint)cache.Geometry.Order, node);
        if (page != null)
            Pages.Disown(page);
        return page;
    }

    internal void ClaimFrames(SlabDescriptor* slab, int order, ushort owner)
    {
        uint first = Frames.FrameOf(slab->Page);
        for (uint frame = first; frame < first + (1u << order); frame++)
        {
            Frames.Pages[frame].Slab = slab;
            Frames.Pages[frame].State |= PageState.Slab;
            Frames.Owners[frame] = owner;
        }
    }

    internal void ReleaseFrames(page* page, int order)
    {
        uint first = Frames.FrameOf(page);
        for (uint frame = first; frame < first + (1u << order); frame++)
        {
            Frames.Pages[frame].Slab = null;
            Frames.Pages[frame].State &= ~PageState.Slab;
            Frames.Owners[frame] = 0;
        }
    }

    /// <summary>Has all threads forget the objects they took of a cache that are none any more.</summary>
    internal void ForgetReleased(kmem_cache cache)
    {
        nuint number = (nuint)cache.Number;
        _context.Blocks.Visit(block => ArraySlot.Forget(ArraySlot.Of((CpuBlock*)block, number), obj => NumberOf((void*)obj) == number));
    }

    private kmem_cache MakeCache(string name, uint size, uint align, slab_flags_t flags, ctor_t? constructor, int number)
    {
        MachineDebug checks = ChecksOf(flags, constructor);
        SlabGeometry geometry = SlabGeometry.For(size, align, flags, constructor != null, hasRecord: checks != 0, isGeneral: SizeClass.IsGeneral((uint)number));
        ObjectDebug? debug = checks != 0 ? new ObjectDebug(name, size, geometry, checks, _owners) : null;
        return new kmem_cache(this, name, size, geometry, flags, constructor, number, debug);
    }

    private MachineDebug ChecksOf(slab_flags_t flags, ctor_t? constructor)
    {
        MachineDebug checks = _debug & ObjectDebug.ObjectChecks;
        if ((flags & slab_flags_t.SLAB_RED_ZONE) != 0)
            checks |= MachineDebug.RedZone;
        if ((flags & slab_flags_t.SLAB_POISON) != 0)
            checks |= MachineDebug.Poison;
        return constructor != null ? checks & ~MachineDebug.Poison : checks;
    }

    private bool UsesArrays(kmem_cache cache) => cache.Debug == null && _usesArrays;

    // Checks and faults belong on the slow path; a slot without capacity sends every hot path there.
    private void UpdateArrays()
    {
        _usesArrays = _faults.Faults == null && (_debug & (MachineDebug.InitOnAlloc | MachineDebug.InitOnFree)) == 0;
        if (_usesArrays)
            return;
        Drain(RemoveSlots);
        foreach (kmem_cache cache in Caches)
            NoteFreedTwice(cache, cache.EmptyDepot());
        LogDrainReports();
    }

    private static uint GeneralAlign(uint size) => size & (uint)-(int)size;

    private static string? Refusal(string name, nuint size, nuint align, slab_flags_t flags)
    {
        if (string.IsNullOrEmpty(name))
            return "it needs a name";
        if (size == 0 || size > SizeClass.Largest)
            return $"objects of {size} bytes cannot be; choose 1 to {SizeClass.Largest}";
        if ((flags & ~KnownFlags) != 0)
            return $"0x{(uint)(flags & ~KnownFlags):x} is no flag; choose from slab_flags_t";
        return align > PhysicalMemory.PageSize || (align & (align - 1)) != 0
            ? $"an alignment of {align} cannot be; choose 0 or a power of two up to {PhysicalMemory.PageSize}"
            : null;
    }

    private gfp_t WithoutUnexpected(gfp_t flags)
    {
        _log.Write($"WARNING: unexpected gfp: 0x{(uint)(flags & NotForSlabs):x}: it is no flag, or asks for memory without an address, which slabs never are; fixing up. At {CallerLocation.Find()}");
        return flags & ~NotForSlabs;
    }

    private void* Allocate(CpuBlock* block, kmem_cache cache, gfp_t flags, nuint requested)
    {
        if ((flags & gfp_t.__GFP_WAIT) != 0)
            _context.MightSleep(block);
        if ((flags & NotForSlabs) != 0)
            flags = WithoutUnexpected(flags);
        if ((flags & gfp_t.__GFP_NOFAIL) == 0 && _faults.ShouldFail(cache.Name))
            return null;
        void* obj = Pop(block, cache, flags);
        if (obj == null)
            return null;
        FreeMark.Clear(obj, cache.Geometry.MarkOffset);
        if ((flags & gfp_t.__GFP_ZERO) != 0 || ((_debug & MachineDebug.InitOnAlloc) != 0 && cache.Constructor == null))
            Unsafe.InitBlockUnaligned(obj, 0, (uint)cache.ObjectSize);
        cache.Debug?.SetRequested(obj, requested);
        return obj;
    }

    private void* Pop(CpuBlock* block, kmem_cache cache, gfp_t flags)
    {
        for (;;)
        {
            void* obj = TryPop(block, cache);
            if (obj != null || (flags & gfp_t.__GFP_NO_GROW) != 0 || !cache.TryGrow(block, flags, NodeOf(block)))
                return obj;
        }
    }

    private void* TryPop(CpuBlock* block, kmem_cache cache)
    {
        void* obj = null;
        CpuBlock.Enter(block);
        ArraySlot* slot = FittedSlot(block, cache);
        if (slot != null && (slot->Count > 0 || cache.TryFill(slot) || cache.TryFillFromSlabs(slot, NodeOf(block))))
            obj = ArraySlot.Objects(slot)[--slot->Count];
        CpuBlock.Exit(block);
        return slot == null ? TakeOne(block, cache, NodeOf(block)) : obj;
    }

    private int NodeOf(CpuBlock* block) => block->Cpu * Pages.Nodes / _context.Cpus.Count;

    // An object that somebody wrote to while it was free goes back repaired; the exception tells.
    private static void* TakeOne(CpuBlock* block, kmem_cache cache, int node)
    {
        void* obj = cache.TakeOne(node);
        if (obj == null)
            return null;
        try
        {
            cache.Debug?.Allocate(obj);
        }
        catch
        {
            cache.Give(block, &obj, 1);
            throw;
        }
        return obj;
    }

    private void Push(CpuBlock* block, kmem_cache cache, void* obj)
    {
        CpuBlock.Enter(block);
        ArraySlot* slot = FittedSlot(block, cache);
        bool hasRoom = slot != null && (slot->Count < slot->Capacity || cache.TryMakeRoom(slot));
        if (hasRoom)
            ArraySlot.Objects(slot)[slot->Count++] = obj;
        CpuBlock.Exit(block);
        if (!hasRoom)
            PushSurplus(block, cache, obj);
    }

    // Objects that neither an array nor the depot has room for: into their slabs.
    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void PushSurplus(CpuBlock* block, kmem_cache cache, void* obj)
    {
        void** surplus = stackalloc void*[Sheaf.Room + 1];
        CpuBlock.Enter(block);
        ArraySlot* slot = FittedSlot(block, cache);
        int count = slot != null ? ArraySlot.TakeSpare(slot, surplus) : 0;
        CpuBlock.Exit(block);
        surplus[count++] = obj;
        cache.Give(block, surplus, count);
    }

    // Asked inside the block, where a drain that switches arrays off waits for this thread.
    private ArraySlot* FittedSlot(CpuBlock* block, kmem_cache cache)
    {
        if (!UsesArrays(cache))
            return null;
        ArraySlot* slot = ArraySlot.Of(block, (uint)cache.Number);
        return slot->Capacity > 0 || cache.TryFit(slot) ? slot : null;
    }

    private void DrainAllSlots(int number) => Drain(block => DrainSlot(block, number));

    private void Drain(Action<nint> drain)
    {
        _context.Blocks.Drain(drain);
        LogDrainReports();
    }

    private void LogDrainReports()
    {
        while (_drainReports.TryDequeue(out string? report))
            _log.Write(report);
    }

    private void DrainSlots(nint block)
    {
        for (int number = 1; number < _caches.Length; number++)
        {
            if (_caches[number] != null)
                DrainSlot(block, number);
        }
    }

    private void DrainSlot(nint block, int number)
    {
        if (_caches[number] is { } cache)
            DrainSlot(ArraySlot.Of((CpuBlock*)block, (uint)number), cache);
    }

    private void DrainSlot(ArraySlot* slot, kmem_cache cache)
    {
        DrainObjects(cache, ArraySlot.Objects(slot), ref slot->Count);
        DrainObjects(cache, Sheaf.ObjectsOf(slot->Spare), ref slot->SpareCount);
    }

    private void DrainObjects(kmem_cache cache, void** objects, ref uint count)
    {
        NoteFreedTwice(cache, cache.GiveDrained(objects, (int)count));
        count = 0;
    }

    // Drains run on behalf of somebody else, so there is no caller to tell; and who reads the log may allocate, so it waits.
    private void NoteFreedTwice(kmem_cache cache, void* freedTwice)
    {
        if (freedTwice != null)
            _drainReports.Enqueue(cache.FreedTwice(freedTwice).Message);
    }

    private ulong FingerprintOf(nint block)
    {
        ulong fingerprint = 0;
        for (uint number = 1; number < _caches.Length; number++)
        {
            if (_caches[number] == null)
                continue;
            ArraySlot* slot = ArraySlot.Of((CpuBlock*)block, number);
            if (slot->Total > 0)
                fingerprint = fingerprint * FingerprintFactor + ((slot->Count << 8) | slot->SpareCount);
        }
        return fingerprint;
    }

    private void RemoveSlots(nint block)
    {
        for (int number = 1; number < _caches.Length; number++)
        {
            if (_caches[number] is { } cache)
                RemoveSlot(block, number, cache);
        }
    }

    private void RemoveSlot(nint block, int number, kmem_cache cache)
    {
        ArraySlot* slot = ArraySlot.Of((CpuBlock*)block, (uint)number);
        DrainSlot(slot, cache);
        cache.Unfit(slot);
    }

    private kmem_cache GeneralCacheOf(void* obj, string caller)
    {
        uint number = NumberOf(obj);
        if (SizeClass.IsGeneral(number))
            return _caches[number]!;
        throw new KernelBugException(number != 0
            ? $"BUG: {caller}: {(nuint)obj:x} is an object of cache `{_caches[number]?.Name}', not kmalloc memory; use kmem_cache_free."
            : $"BUG: {caller}: bad pointer {(nuint)obj:x}: no slab lies there; it is not from kmalloc, or was released with its slab.");
    }

    /// <summary>Number of the cache whose slab an address lies in; 0: there is none.</summary>
    internal uint NumberOf(void* obj) =>
        Frames.Memory.IsDirectMapped(obj) ? Frames.Owners[Frames.Memory.FrameOf(obj)] & FrameOwner.NumberMask : 0;

    /// <summary>Throws unless this is the start of a live object of the cache.</summary>
    internal void CheckObject(kmem_cache cache, void* obj)
    {
        uint number = NumberOf(obj);
        if (number != (uint)cache.Number)
            throw new KernelBugException($"BUG: slab error in cache `{cache.Name}': {(nuint)obj:x} {(number == 0 ? "is no slab object" : $"belongs to cache `{_caches[number]?.Name}'")}.");
        nuint offset = (nuint)obj - (nuint)Frames.Memory.DirectMap;
        uint colour = (uint)Frames.Owners[Frames.Memory.FrameOf(obj)] >> FrameOwner.NumberBits;
        if (!cache.Geometry.IsObject(offset, colour))
            throw new KernelBugException($"BUG: slab error in cache `{cache.Name}': {(nuint)obj:x} is not the start of an object.");
        cache.Debug?.CheckLive(obj);
        if (FreeMark.IsSet(obj, cache.Geometry.MarkOffset))
            throw cache.FreedTwice(obj);
    }

    private void CheckAlive([NotNull] kmem_cache? cache)
    {
        ArgumentNullException.ThrowIfNull(cache);
        if (cache.Owner != this)
            throw new KernelBugException($"BUG: cache `{cache.Name}' belongs to another machine.");
        if (cache.Number == 0)
            throw new KernelBugException($"BUG: cache `{cache.Name}' is used after kmem_cache_destroy.");
    }
}
