using System.Runtime.InteropServices;
using Kmem.Execution;
using Kmem.Observation;
using Kmem.Pages;
using Kmem.Physical;

namespace Kmem.PerCpuData;

/// <summary>
/// Memory that each CPU has its own copy of. It comes in chunks: one unit for each CPU, side by side; an object lies at the same offset in all units, so the distance
/// from copy to copy is the same for all objects. Source: mm/percpu.c.
/// </summary>
internal sealed unsafe class PerCpuArea
{
    private const nuint LargestUnit = 32 * 1024;

    /// <summary>Objects start on lines of their own pairs: processors fetch two lines at a time.</summary>
    private const nuint Separation = 128;

    private readonly PageAllocator _pages;
    private readonly OwnerTable? _owners;
    private readonly int _cpus;
    private readonly int _order;
    private RawSpinLock _lock;
    private readonly List<Chunk> _chunks = [];

    /// <summary>Makes the area, empty. <paramref name="owners"/> null: owners are not tracked.</summary>
    public PerCpuArea(PageAllocator pages, int cpus, OwnerTable? owners)
    {
        _pages = pages;
        _owners = owners;
        _cpus = cpus;
        Unit = nuint.Min(LargestUnit, PhysicalMemory.LargestBlock / (nuint)cpus & ~(PhysicalMemory.PageSize - 1));
        while (PhysicalMemory.PageSize << _order < Unit * (nuint)cpus)
            _order++;
    }

    /// <summary>Bytes from a CPU's copy to the next CPU's, and the largest object.</summary>
    public nuint Unit { get; }

    /// <summary>Frames of all chunks.</summary>
    public ulong CountFrames()
    {
        using (_lock.Hold())
            return (ulong)_chunks.Count << _order;
    }

    /// <summary>
    /// Allocates an object, zeroed for every CPU; null without memory, or if it is larger than a unit or aligned to more than a page. One that
    /// <paramref name="isPermanent"/> is never freed, and so no leak.
    /// </summary>
    public void* Allocate(CpuBlock* block, nuint size, nuint align, bool isPermanent = false)
    {
        if (size == 0 || size > Unit || align > PhysicalMemory.PageSize || (align & (align - 1)) != 0)
            return null;
        size = (size + Separation - 1) & ~(Separation - 1);
        align = nuint.Max(align, Separation);
        uint owner = isPermanent ? 0 : _owners?.Caller() ?? 0;
        void* taken = TakeFromChunks(size, align, owner);
        if (taken != null)
            return Clear(taken, size);
        // Not under the lock: the allocation may sleep, and what frees an object must not wait for that.
        page* page = _pages.Allocate(block, gfp_t.GFP_KERNEL, (uint)_order);
        if (page == null)
            return null;
        _pages.Disown(page);
        Chunk added = new((nuint)_pages.Frames.AddressOf(page), Unit);
        bool fits = added.TryTake(size, align, owner, out nuint first);
        using (_lock.Hold())
            _chunks.Add(added);
        return fits ? Clear((void*)(added.Start + first), size) : null;
    }

    /// <summary>Calls <paramref name="visit"/> with the address, bytes for each CPU, and owner of each object that somebody is to free; nothing unless owners are tracked.</summary>
    public void VisitOwned(Action<nuint, nuint, string> visit)
    {
        (nuint Address, nuint Size, uint Owner)[] owned;
        using (_lock.Hold())
            owned = [.. _chunks.SelectMany(chunk => chunk.Owned)];
        foreach ((nuint address, nuint size, uint owner) in owned)
            visit(address, size, _owners!.PlaceOf(owner));
    }

    /// <summary>Frees an object; null is nothing.</summary>
    public void Free(CpuBlock* block, void* address)
    {
        if (address == null)
            return;
        Chunk? chunk;
        using (_lock.Hold())
        {
            chunk = _chunks.Find(chunk => (nuint)address - chunk.Start < Unit);
            if (chunk == null || !chunk.TryGive((nuint)address - chunk.Start))
                throw new KernelBugException($"BUG: free_percpu: {(nuint)address:x} is not from alloc_percpu, or was freed already.");
            if (chunk.Count > 0)
                return;
            _chunks.Remove(chunk);
        }
        _pages.Free(block, _pages.Frames.PageOf((void*)chunk.Start), (uint)_order);
    }

    /// <summary>True if every chunk is memory of an allocated block, and its objects lie in their unit one behind the other.</summary>
    public bool IsValid()
    {
        using (_lock.Hold())
            return _chunks.TrueForAll(chunk => _pages.Frames.PageOf((void*)chunk.Start)->Count == 1 && chunk.IsValid());
    }

    private void* TakeFromChunks(nuint size, nuint align, uint owner)
    {
        using (_lock.Hold())
        {
            foreach (Chunk chunk in _chunks)
            {
                if (chunk.TryTake(size, align, owner, out nuint offset))
                    return (void*)(chunk.Start + offset);
            }
            return null;
        }
    }

    private void* Clear(void* taken, nuint size)
    {
        for (int cpu = 0; cpu < _cpus; cpu++)
            NativeMemory.Clear((byte*)taken + (nuint)cpu * Unit, size);
        return taken;
    }

    /// <summary>Which parts of the units are taken: offset, size and owner of each object, by offset.</summary>
    private sealed class Chunk(nuint start, nuint unit)
    {
        private readonly SortedList<nuint, (nuint Size, uint Owner)> _taken = [];

        public nuint Start => start;

        public int Count => _taken.Count;

        public IEnumerable<(nuint Address, nuint Size, uint Owner)> Owned =>
            _taken.Where(taken => taken.Value.Owner != 0).Select(taken => (start + taken.Key, taken.Value.Size, taken.Value.Owner));

        public bool TryTake(nuint size, nuint align, uint owner, out nuint offset)
        {
            offset = 0;
            foreach ((nuint taken, (nuint length, _)) in _taken)
            {
                if (offset + size <= taken)
                    break;
                offset = (taken + length + align - 1) & ~(align - 1);
            }
            if (offset + size > unit)
                return false;
            _taken.Add(offset, (size, owner));
            return true;
        }

        public bool TryGive(nuint offset) => _taken.Remove(offset);

        public bool IsValid()
        {
            nuint end = 0;
            foreach ((nuint taken, (nuint length, _)) in _taken)
            {
                if (taken < end)
                    return false;
                end = taken + length;
            }
            return _taken.Count > 0 && end <= unit;
        }
    }
}
