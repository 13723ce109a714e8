using System.Numerics;
using Kmem.Execution;
using Kmem.Observation;
using Kmem.Pages;
using Kmem.Physical;

namespace Kmem.Virtual;

/// <summary>
/// Memory that is contiguous in addresses but not in frames. Each area ends in a guard page that faults. Frames come in the largest blocks there are, because
/// each separate run of frames is a mapping, and mappings are scarce. Without mappings (the portable backend) an area is one block of frames, without a guard.
/// Source: Linux Kernel Development, 3rd ed., ch. 12, "vmalloc()".
/// </summary>
internal sealed unsafe class VmallocSpace
{
    private const nuint LeastBytes = 1u << 30;
    private const uint GuardPages = 1;

    /// <summary>From so many areas on, a guard is no mapping of its own: Linux allows a process 65,530 mappings unless told otherwise.</summary>
    private const int AreasWithMappedGuards = 8192;

    private readonly PageAllocator _pages;
    private readonly FaultInjector _faults;
    private readonly OwnerTable? _owners;
    private readonly PhysicalMemory _memory;
    private readonly PageRanges? _ranges;
    private readonly Dictionary<nuint, VirtualArea> _areas = [];
    private RawSpinLock _lock;
    private readonly byte* _start;
    private readonly nuint _bytes;

    /// <summary>The frame behind each page of the range, plus 1; 0: none.</summary>
    private readonly uint* _frames;

    /// <summary>Sets the range aside. <paramref name="owners"/> null: owners are not tracked.</summary>
    public VmallocSpace(PageAllocator pages, FaultInjector faults, OwnerTable? owners)
    {
        _pages = pages;
        _faults = faults;
        _owners = owners;
        _memory = pages.Frames.Memory;
        if (!_memory.Host.CanAlias)
            return;
        _bytes = nuint.Max(LeastBytes, _memory.Bytes * 2);
        _start = _memory.Host.Reserve(_bytes);
        _frames = (uint*)_memory.Host.AllocateTable(FrameTableBytes);
        _ranges = new PageRanges(_bytes >> PhysicalMemory.PageShift);
    }

    /// <summary>Bytes of the range of addresses; 0 where there is no such range.</summary>
    public nuint TotalBytes => _bytes;

    private nuint FrameTableBytes => (_bytes >> PhysicalMemory.PageShift) * sizeof(uint);

    /// <summary>Allocates page-mapped memory; null for size 0, without memory, addresses or mappings.</summary>
    public void* Allocate(CpuBlock* block, nuint size, gfp_t flags)
    {
        nuint pages = (size + PhysicalMemory.PageSize - 1) >> PhysicalMemory.PageShift;
        if (size == 0 || pages == 0 || pages > _memory.FrameCount || _faults.ShouldFail(FaultInjector.Vmalloc))
            return null;
        if (TakeRange((uint)pages, ownsFrames: true) is not { } area)
            return null;
        if (TryTakeFrames(block, area, flags | gfp_t.__GFP_HIGHMEM) && TryMap(area))
            return Add(area);
        FreeFrames(block, area);
        GiveRange(area);
        return null;
    }

    /// <summary>Maps pages that the caller owns at neighbouring addresses; null without addresses or mappings.</summary>
    /// <exception cref="PlatformNotSupportedException">The portable backend cannot map.</exception>
    public void* MapPages(page** pages, uint count)
    {
        if (_ranges == null)
            throw new PlatformNotSupportedException("Kmem: vmap needs a memory file, so that one frame has two addresses; this machine was booted without (MachineOptions.Portable, or no Linux).");
        if (count > 0 && pages == null)
            throw new KernelBugException($"BUG: vmap of {count} pages without an array of them: pages is null.");
        if (count == 0 || TakeRange(count, ownsFrames: false) is not { } area)
            return null;
        for (uint i = 0; i < count; i++)
        {
            if (!_pages.Frames.Contains(pages[i]) || _pages.Frames.BlockOf(pages[i]) == null)
            {
                GiveRange(area);
                throw new KernelBugException($"BUG: vmap: page {(nuint)pages[i]:x} is not allocated, or no page of this machine.");
            }
            area.Blocks.Add((_pages.Frames.FrameOf(pages[i]), 0));
        }
        if (!TryMap(area))
        {
            GiveRange(area);
            return null;
        }
        foreach ((uint frame, _) in area.Blocks)
            Interlocked.Increment(ref _pages.Frames.BlockOf(_pages.Frames.Pages + frame)->Mapped);
        return Add(area);
    }

    /// <summary>Unmaps an area of <see cref="Allocate"/> and frees its frames; null is nothing.</summary>
    public void Free(CpuBlock* block, void* address)
    {
        if (address == null)
            return;
        VirtualArea area = Remove(address, ownsFrames: true, "vfree");
        FreeFrames(block, area);
        GiveRange(area);
    }

    /// <summary>Unmaps an area of <see cref="MapPages"/>; null is nothing.</summary>
    public void UnmapPages(void* address)
    {
        if (address == null)
            return;
        VirtualArea area = Remove(address, ownsFrames: false, "vunmap");
        foreach ((uint frame, _) in area.Blocks)
            Interlocked.Decrement(ref _pages.Frames.BlockOf(_pages.Frames.Pages + frame)->Mapped);
        GiveRange(area);
    }

    /// <summary>True if the address belongs to this range of addresses, or to an area where there is no such range.</summary>
    public bool Contains(void* address) =>
        _ranges != null ? (nuint)address - (nuint)_start < _bytes : PortableAreaAround(address) != null;

    /// <summary>The page behind an address of an area; null if there is none.</summary>
    public page* PageOf(void* address)
    {
        if (_ranges == null)
            return PortableAreaAround(address) != null ? _pages.Frames.PageOf(address) : null;
        if (!Contains(address))
            return null;
        uint entry = _frames[((nuint)address - (nuint)_start) >> PhysicalMemory.PageShift];
        return entry == 0 ? null : _pages.Frames.Pages + (entry - 1);
    }

    /// <summary>Calls <paramref name="visit"/> with the address of each area, in the order of addresses.</summary>
    public void Visit(Action<nuint, VirtualArea> visit)
    {
        KeyValuePair<nuint, VirtualArea>[] areas;
        using (_lock.Hold())
            areas = [.. _areas];
        foreach ((nuint address, VirtualArea area) in areas.OrderBy(area => area.Key))
            visit(address, area);
    }

    /// <summary>Who made an area; null unless owners are tracked.</summary>
    public string? OwnerOf(VirtualArea area) => _owners?.PlaceOf(area.AllocatedBy);

    /// <summary>True if the holes agree with each other, and the table with the areas: every page of an area has its frame, and none lies behind the last.</summary>
    public bool IsValid()
    {
        using (_lock.Hold())
            return _ranges == null || (_ranges.IsValid() && _areas.Values.All(IsRecorded));
    }

    /// <summary>Lets the system have the parts of the table that no area needs.</summary>
    public void GiveTableToSystem()
    {
        using (_lock.Hold())
        {
            foreach ((ulong start, ulong length) in _ranges?.Holes ?? [])
                _memory.Host.DiscardTable(_frames + start, (nuint)length * sizeof(uint));
        }
    }

    /// <summary>Gives the table back; the addresses go with the machine's memory.</summary>
    public void Release()
    {
        if (_ranges != null)
            _memory.Host.FreeTable(_frames, FrameTableBytes);
    }

    private void* Add(VirtualArea area)
    {
        void* address = AddressOf(area);
        RecordFrames(area, present: true);
        using (_lock.Hold())
        {
            _areas.Add((nuint)address, area);
            area.GuardIsHole = _ranges != null && _areas.Count > AreasWithMappedGuards;
        }
        if (area.GuardIsHole)
            _memory.Host.OpenHole(GuardOf(area), GuardPages * PhysicalMemory.PageSize);
        return address;
    }

    private VirtualArea Remove(void* address, bool ownsFrames, string caller)
    {
        VirtualArea? area;
        using (_lock.Hold())
        {
            if (!_areas.TryGetValue((nuint)address, out area))
                throw new KernelBugException($"BUG: trying to {caller}() nonexistent vm area ({(nuint)address:x}): it is not the start of an area, or was released already.");
            if (area.OwnsFrames != ownsFrames)
                throw new KernelBugException($"BUG: {caller}() of {(nuint)address:x}, which is memory of {(ownsFrames ? "vmap: use vunmap" : "vmalloc: use vfree")}.");
            if (ownsFrames)
                CheckFreeable(area);
            _areas.Remove((nuint)address);
        }
        RecordFrames(area, present: false);
        if (_ranges != null)
            _memory.Host.TryUnmap((byte*)address, area.Pages * PhysicalMemory.PageSize);
        return area;
    }

    // All of them before the first is freed, or some would be neither the area's nor free.
    private void CheckFreeable(VirtualArea area)
    {
        foreach ((uint frame, int order) in area.Blocks)
            _pages.CheckFreeable(_pages.Frames.Pages + frame, (uint)order);
    }

    private void* AddressOf(VirtualArea area) =>
        _ranges != null ? _start + (area.FirstPage << PhysicalMemory.PageShift) : _memory.AddressOf(area.Blocks[0].Frame);

    private byte* GuardOf(VirtualArea area) => (byte*)AddressOf(area) + area.Pages * PhysicalMemory.PageSize;

    private VirtualArea? PortableAreaAround(void* address)
    {
        using (_lock.Hold())
        {
            foreach ((nuint start, VirtualArea area) in _areas)
            {
                if ((nuint)address - start < area.Pages * PhysicalMemory.PageSize)
                    return area;
            }
        }
        return null;
    }

    private void RecordFrames(VirtualArea area, bool present)
    {
        if (_ranges == null)
            return;
        ulong at = area.FirstPage;
        foreach ((uint frame, int order) in area.Blocks)
        {
            for (uint i = 0; i < 1u << order; i++)
                _frames[at++] = present ? frame + i + 1 : 0;
        }
    }

    private bool IsRecorded(VirtualArea area)
    {
        ulong at = area.FirstPage;
        foreach ((uint frame, int order) in area.Blocks)
        {
            for (uint i = 0; i < 1u << order; i++)
            {
                if (_frames[at++] != frame + i + 1)
                    return false;
            }
        }
        return at == area.FirstPage + area.Pages && _frames[at] == 0;
    }

    private VirtualArea? TakeRange(uint pages, bool ownsFrames)
    {
        uint owner = _owners?.Caller() ?? 0;
        if (_ranges == null)
            return new VirtualArea(0, pages) { AllocatedBy = owner };
        using (_lock.Hold())
            return _ranges.Take((ulong)pages + GuardPages) is { } first ? new VirtualArea(first, pages) { OwnsFrames = ownsFrames, AllocatedBy = owner } : null;
    }

    private void GiveRange(VirtualArea area)
    {
        if (_ranges == null)
            return;
        // Somebody may have moved into the hole; then the page is theirs for good.
        bool hasGuard = !area.GuardIsHole || _memory.Host.TryCloseHole(GuardOf(area), GuardPages * PhysicalMemory.PageSize);
        using (_lock.Hold())
            _ranges.Give(area.FirstPage, area.Pages + (hasGuard ? GuardPages : 0));
    }

    private bool TryTakeFrames(CpuBlock* block, VirtualArea area, gfp_t flags)
    {
        if (_ranges == null)
            return TryTakeBlock(block, area, flags, area.Pages == 1 ? 0 : BitOperations.Log2(area.Pages - 1) + 1);
        uint left = area.Pages;
        int order = Math.Min(BitOperations.Log2(left), PageAllocator.MaxOrder - 1);
        while (left > 0)
        {
            while (1u << order > left)
                order--;
            // A large block is only a wish, so it is not worth reclaiming for.
            gfp_t how = order == 0 ? flags : (flags & ~(gfp_t.__GFP_WAIT | gfp_t.__GFP_NOFAIL)) | gfp_t.__GFP_NOWARN;
            if (TryTakeBlock(block, area, how, order))
                left -= 1u << order;
            else if (order-- == 0)
                return false;
        }
        return true;
    }

    private bool TryTakeBlock(CpuBlock* block, VirtualArea area, gfp_t flags, int order)
    {
        page* page = _pages.Allocate(block, flags, (uint)order);
        if (page == null)
            return false;
        _pages.Disown(page);
        area.Blocks.Add((_pages.Frames.FrameOf(page), order));
        return true;
    }

    private void FreeFrames(CpuBlock* block, VirtualArea area)
    {
        foreach ((uint frame, int order) in area.Blocks)
            _pages.Free(block, _pages.Frames.Pages + frame, (uint)order);
    }

    // Neighbouring blocks go in one mapping.
    private bool TryMap(VirtualArea area)
    {
        if (_ranges == null)
            return true;
        byte* at = (byte*)AddressOf(area);
        for (int i = 0; i < area.Blocks.Count;)
        {
            uint first = area.Blocks[i].Frame, behind = first;
            for (; i < area.Blocks.Count && area.Blocks[i].Frame == behind; i++)
                behind += 1u << area.Blocks[i].Order;
            nuint bytes = (nuint)(behind - first) << PhysicalMemory.PageShift;
            if (!_memory.Host.TryMap(at, (nuint)first << PhysicalMemory.PageShift, bytes))
            {
                _memory.Host.TryUnmap((byte*)AddressOf(area), area.Pages * PhysicalMemory.PageSize);
                return false;
            }
            at += bytes;
        }
        return true;
    }
}
