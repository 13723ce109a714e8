using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kmem.Execution;
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

    /// <summary>Flags that need more than a pop: another zone, or clearing.</summary>
    public const gfp_t SlowFlags = gfp_t.__GFP_DMA | gfp_t.__GFP_HIGHMEM | gfp_t.__GFP_DMA32 | gfp_t.__GFP_ZERO;

    private const gfp_t NotForSlabs = gfp_t.__GFP_HIGHMEM | gfp_t.__GFP_DMA32;

    private readonly kmem_cache?[] _caches = new kmem_cache?[FrameOwner.MaxCaches];
    private readonly Lock _lock = new();
    private readonly ContextTracker _context;
    private readonly KernelLog _log;

    public SlabAllocator(PageAllocator pages, ContextTracker context, KernelLog log, bool processWide)
    {
        Pages = pages;
        _context = context;
        _log = log;
        IsProcessWide = processWide;
        for (int number = 1; number <= SizeClass.Last; number++)
        {
            slab_flags_t flags = number >= SizeClass.FirstDma ? slab_flags_t.SLAB_CACHE_DMA : slab_flags_t.SLAB_NONE;
            _caches[number] = MakeCache(SizeClass.NameOf(number), SizeClass.SizeOf(number), GeneralAlign(SizeClass.SizeOf(number)), flags, null, number);
        }
        context.Blocks.Retiring += block => DrainSlots((CpuBlock*)block);
        pages.Reclaiming += _ => Reap();
    }

    public PageAllocator Pages { get; }

    public bool IsProcessWide { get; }

    private FrameTable Frames => Pages.Frames;

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
        string? refusal = Refusal(name, size, align);
        lock (_lock)
        {
            refusal ??= Caches.Any(cache => cache.Name == name) ? "a cache of this name exists" : null;
            int number = refusal == null ? Array.IndexOf(_caches, null, 1) : -1;
            if (number > 0)
                return _caches[number] = MakeCache(name, (uint)size, (uint)align, flags, constructor, number);
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
        lock (_lock)
        {
            if (!cache.IsUnused())
            {
                _log.Write($"kmem_cache_destroy: cache `{cache.Name}' has live objects; it is kept.");
                return false;
            }
            cache.Retire();
            _caches[number] = null;
        }
        _context.Blocks.Drain(other => *ArraySlot.Of((CpuBlock*)other, (uint)number) = default);
        cache.Shrink(block);
        return true;
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
        _context.Blocks.Drain(other => DrainSlots((CpuBlock*)other));
        // Backwards: the descriptors of off-slab caches lie in the first general ones.
        for (int number = _caches.Length - 1; number > 0; number--)
            frames += _caches[number]?.Shrink(block) ?? 0;
        return frames;
    }

    /// <summary>Allocates from a general cache; null without memory or above the largest size.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void* Allocate(CpuBlock* block, nuint size, gfp_t flags)
    {
        if (size == 0)
            return ZeroSize;
        if (size > SizeClass.Largest)
            return null;
        int number = (int)SizeClass.Of(size);
        if ((flags & gfp_t.__GFP_DMA) != 0)
            number += SizeClass.Count;
        return Allocate(block, _caches[number]!, flags);
    }

    /// <summary>Allocates an object, through the shared array and the slabs; null without memory.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    [SkipLocalsInit]
    public void* Allocate(CpuBlock* block, kmem_cache cache, gfp_t flags)
    {
        CheckAlive(cache);
        if ((flags & gfp_t.__GFP_WAIT) != 0)
            _context.MightSleep(block);
        if ((flags & NotForSlabs) != 0)
            flags = WithoutZones(flags);
        void* obj = TryPop(block, cache);
        if (obj == null)
        {
            void** batch = stackalloc void*[ArraySlot.MaxCapacity];
            int count = TakeBatch(block, cache, batch, flags);
            if (count == 0)
                return null;
            obj = batch[count - 1];
            Stow(block, cache, batch, count - 1);
            FreeMark.Clear(obj, cache.Geometry.MarkOffset);
        }
        if ((flags & gfp_t.__GFP_ZERO) != 0)
            Unsafe.InitBlockUnaligned(obj, 0, (uint)cache.ObjectSize);
        return obj;
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
    [SkipLocalsInit]
    public void Free(CpuBlock* block, kmem_cache cache, void* obj)
    {
        CheckAlive(cache);
        CheckObject(cache, obj);
        FreeMark.Set(obj, cache.Geometry.MarkOffset);
        void** batch = stackalloc void*[ArraySlot.MaxCapacity];
        CpuBlock.Enter(block);
        ArraySlot* slot = ArraySlot.Of(block, (uint)cache.Number);
        if (slot->Capacity == 0)
            cache.Fit(slot);
        int surplus = slot->Count == slot->Capacity ? PopOldest(slot, batch, cache.Batch) : 0;
        ArraySlot.Objects(slot)[slot->Count++] = obj;
        CpuBlock.Exit(block);
        if (surplus > 0)
            cache.Give(block, batch, surplus);
    }

    /// <summary>Bytes of the general cache's objects that this memory is one of.</summary>
    public nuint SizeOf(void* obj)
    {
        if (obj == ZeroSize)
            return 0;
        kmem_cache cache = GeneralCacheOf(obj, "ksize");
        CheckObject(cache, obj);
        return cache.ObjectSize;
    }

    /// <summary>Objects of a cache that users hold: those out of the slabs that lie in no array.</summary>
    public int CountAllocated(kmem_cache cache)
    {
        int inArrays = 0;
        _context.Blocks.Drain(block => inArrays += ArraySlot.Of((CpuBlock*)block, (uint)cache.Number)->Count);
        (_, _, int outOfSlabs, int shared) = cache.Count();
        return outOfSlabs - shared - inArrays;
    }

    public bool IsValid() => Caches.All(cache => cache.IsValid());

    /// <summary>The general cache that keeps the descriptors of slabs with so many objects.</summary>
    internal kmem_cache DescriptorCache(uint objects) => _caches[(int)SizeClass.Of(SlabDescriptor.BytesFor(objects))]!;

    internal page* AllocateSlabPages(CpuBlock* block, kmem_cache cache, gfp_t flags, int node)
    {
        flags &= ~(gfp_t.__GFP_ZERO | gfp_t.__GFP_DMA);
        if ((cache.Flags & slab_flags_t.SLAB_CACHE_DMA) != 0)
            flags |= gfp_t.__GFP_DMA;
        return Pages.Allocate(block, flags | gfp_t.__GFP_COMP, (uint)cache.Geometry.Order, node);
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

    private kmem_cache MakeCache(string name, uint size, uint align, slab_flags_t flags, ctor_t? constructor, int number) =>
        new(this, name, size, SlabGeometry.For(size, align, flags, constructor != null), flags, constructor, number);

    private static uint GeneralAlign(uint size) => size & (uint)-(int)size;

    private static string? Refusal(string name, nuint size, nuint align)
    {
        if (string.IsNullOrEmpty(name))
            return "it needs a name";
        if (size == 0 || size > SizeClass.Largest)
            return $"objects of {size} bytes cannot be; choose 1 to {SizeClass.Largest}";
        return align > PhysicalMemory.PageSize || (align & (align - 1)) != 0
            ? $"an alignment of {align} cannot be; choose 0 or a power of two up to {PhysicalMemory.PageSize}"
            : null;
    }

    private gfp_t WithoutZones(gfp_t flags)
    {
        _log.Write($"WARNING: unexpected gfp: 0x{(uint)(flags & NotForSlabs):x}: slab memory always has an address; fixing up. At {CallerLocation.Find()}");
        return flags & ~NotForSlabs;
    }

    private static void* TryPop(CpuBlock* block, kmem_cache cache)
    {
        CpuBlock.Enter(block);
        ArraySlot* slot = ArraySlot.Of(block, (uint)cache.Number);
        void* obj = slot->Count > 0 ? ArraySlot.Objects(slot)[--slot->Count] : null;
        CpuBlock.Exit(block);
        if (obj != null)
            FreeMark.Clear(obj, cache.Geometry.MarkOffset);
        return obj;
    }

    private int TakeBatch(CpuBlock* block, kmem_cache cache, void** batch, gfp_t flags)
    {
        int node = block->Cpu * Pages.Nodes / _context.Cpus.Count;
        for (;;)
        {
            int count = cache.Take(batch, cache.Batch, node);
            if (count > 0 || (flags & gfp_t.__GFP_NO_GROW) != 0 || !cache.TryGrow(block, flags, node))
                return count;
        }
    }

    private static void Stow(CpuBlock* block, kmem_cache cache, void** objects, int count)
    {
        CpuBlock.Enter(block);
        ArraySlot* slot = ArraySlot.Of(block, (uint)cache.Number);
        if (slot->Capacity == 0)
            cache.Fit(slot);
        int kept = Math.Min(count, slot->Capacity - slot->Count);
        for (int i = 0; i < kept; i++)
            ArraySlot.Objects(slot)[slot->Count++] = objects[i];
        CpuBlock.Exit(block);
        if (kept < count)
            cache.Give(block, objects + kept, count - kept);
    }

    // The oldest leave: what was freed last is still in the processor's cache.
    private static int PopOldest(ArraySlot* slot, void** batch, int count)
    {
        void** objects = ArraySlot.Objects(slot);
        new ReadOnlySpan<nint>(objects, count).CopyTo(new Span<nint>(batch, count));
        new ReadOnlySpan<nint>(objects + count, slot->Count - count).CopyTo(new Span<nint>(objects, slot->Count - count));
        slot->Count -= count;
        return count;
    }

    private void DrainAllSlots(int number) => _context.Blocks.Drain(block => DrainSlot((CpuBlock*)block, number));

    private void DrainSlots(CpuBlock* block)
    {
        for (int number = 1; number < _caches.Length; number++)
        {
            if (_caches[number] != null)
                DrainSlot(block, number);
        }
    }

    private void DrainSlot(CpuBlock* block, int number)
    {
        ArraySlot* slot = ArraySlot.Of(block, (uint)number);
        int count = slot->Count;
        slot->Count = 0;
        if (count == 0 || _caches[number] is not { } cache)
            return;
        void* freedTwice = cache.GiveDrained(ArraySlot.Objects(slot), count);
        // Drains run on behalf of somebody else, so there is no caller to tell.
        if (freedTwice != null)
            _log.Write(cache.FreedTwice(freedTwice).Message);
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

    private uint NumberOf(void* obj) =>
        Frames.Memory.IsDirectMapped(obj) ? Frames.Owners[Frames.Memory.FrameOf(obj)] & FrameOwner.NumberMask : 0;

    private void CheckObject(kmem_cache cache, void* obj)
    {
        uint number = NumberOf(obj);
        if (number != (uint)cache.Number)
            throw new KernelBugException($"BUG: slab error in cache `{cache.Name}': {(nuint)obj:x} {(number == 0 ? "is no slab object" : $"belongs to cache `{_caches[number]?.Name}'")}.");
        ArraySlot shape = default;
        cache.Fit(&shape);
        nuint offset = (nuint)obj - (nuint)Frames.Memory.DirectMap;
        uint colour = (uint)Frames.Owners[Frames.Memory.FrameOf(obj)] >> FrameOwner.NumberBits;
        if (!ArraySlot.IsObject(&shape, offset, colour))
            throw new KernelBugException($"BUG: slab error in cache `{cache.Name}': {(nuint)obj:x} is not the start of an object.");
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
