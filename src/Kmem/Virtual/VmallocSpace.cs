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

    private readonly PageAllocator _pages;
    private readonly FaultInjector _faults;
    private readonly PhysicalMemory _memory;
    private readonly PageRanges? _ranges;
    private readonly Dictionary<nuint, VirtualArea> _areas = [];
    private readonly Lock _lock = new();
    private readonly byte* _start;
    private readonly nuint _bytes;

    public VmallocSpace(PageAllocator pages, FaultInjector faults)
    {
        _faults = faults;
        _pages = pages;
        _memory = pages.Frames.Memory;
        if (!_memory.Host.CanAlias)
            return;
        _bytes = nuint.Max(LeastBytes, _memory.Bytes * 2);
        _start = _memory.Host.Reserve(_bytes);
        _ranges = new PageRanges(_bytes >> PhysicalMemory.PageShift);
    }

    /// <summary>Allocates page-mapped memory; null for size 0, without memory, addresses or mappings.</summary>
    public void* Allocate(CpuBlock* block, nuint size, gfp_t flags)
    {
        nuint pages = (size + PhysicalMemory.PageSize - 1) >> PhysicalMemory.PageShift;
        if (size == 0 || pages == 0 || pages > _memory.FrameCount || _faults.ShouldFail(FaultInjector.Vmalloc))
            return null;
        VirtualArea? area = TakeRange((uint)pages, size);
        if (area == null)
            return null;
        if (!TryTakeFrames(block, area, flags | gfp_t.__GFP_HIGHMEM) || !TryMap(area))
        {
            FreeFrames(block, area);
            GiveRange(area);
            return null;
        }
        void* address = AddressOf(area);
        lock (_lock)
            _areas.Add((nuint)address, area);
        return address;
    }

    /// <summary>Unmaps an area and frees its frames; null is nothing.</summary>
    public void Free(CpuBlock* block, void* address)
    {
        if (address == null)
            return;
        VirtualArea? area;
        lock (_lock)
        {
            if (!_areas.Remove((nuint)address, out area))
                throw new KernelBugException($"BUG: trying to vfree() nonexistent vm area ({(nuint)address:x}): it is not the start of an area, or was released already.");
        }
        if (_ranges != null)
            _memory.Host.TryUnmap((byte*)address, area.Pages * PhysicalMemory.PageSize);
        FreeFrames(block, area);
        GiveRange(area);
    }

    /// <summary>True if the address belongs to this range of addresses, or to an area where there is no such range.</summary>
    public bool Contains(void* address)
    {
        if (_ranges != null)
            return (nuint)address - (nuint)_start < _bytes;
        return AreaAround(address) != null;
    }

    /// <summary>The page behind an address of an area; null if there is none.</summary>
    public page* PageOf(void* address)
    {
        VirtualArea? area = AreaAround(address);
        if (area == null)
            return null;
        nuint index = ((nuint)address - (nuint)AddressOf(area)) >> PhysicalMemory.PageShift;
        foreach ((uint frame, int order) in area.Blocks)
        {
            if (index < 1u << order)
                return _pages.Frames.Pages + frame + index;
            index -= 1u << order;
        }
        return null;
    }

    private void* AddressOf(VirtualArea area) =>
        _ranges != null ? _start + (area.FirstPage << PhysicalMemory.PageShift) : _memory.AddressOf(area.Blocks[0].Frame);

    private VirtualArea? AreaAround(void* address)
    {
        lock (_lock)
        {
            foreach ((nuint start, VirtualArea area) in _areas)
            {
                if ((nuint)address - start < area.Pages * PhysicalMemory.PageSize)
                    return area;
            }
        }
        return null;
    }

    private VirtualArea? TakeRange(uint pages, nuint size)
    {
        if (_ranges == null)
            return new VirtualArea(0, pages, size);
        lock (_lock)
            return _ranges.Take(pages + GuardPages) is { } first ? new VirtualArea(first, pages, size) : null;
    }

    private void GiveRange(VirtualArea area)
    {
        if (_ranges == null)
            return;
        lock (_lock)
            _ranges.Give(area.FirstPage, area.Pages + GuardPages);
    }

    private bool TryTakeFrames(CpuBlock* block, VirtualArea area, gfp_t flags)
    {
        uint left = area.Pages;
        int order = Math.Min(BitOperations.Log2(left), PageAllocator.MaxOrder - 1);
        if (_ranges == null && left > 1u << order)
            order = BitOperations.Log2(left - 1) + 1;
        while (left > 0)
        {
            while (_ranges != null && 1u << order > left)
                order--;
            // A large block is only a wish, so it is not worth reclaiming for.
            gfp_t how = order == 0 || _ranges == null ? flags : (flags & ~(gfp_t.__GFP_WAIT | gfp_t.__GFP_NOFAIL)) | gfp_t.__GFP_NOWARN;
            page* page = _pages.Allocate(block, how, (uint)order);
            if (page != null)
            {
                area.Blocks.Add((_pages.Frames.FrameOf(page), order));
                left -= Math.Min(left, 1u << order);
            }
            else if (order-- == 0 || _ranges == null)
            {
                return false;
            }
        }
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
