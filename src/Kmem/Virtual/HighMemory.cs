using Kmem.Execution;
using Kmem.Pages;
using Kmem.Physical;

namespace Kmem.Virtual;

/// <summary>
/// Addresses for pages that have none: a small window of counted mappings, whose users sleep while it is full, and a set of slots on each CPU for mappings
/// that must not sleep. A low page's mapping is its own address. Source: Linux Kernel Development, 3rd ed., ch. 12, "High Memory Mappings".
/// </summary>
internal sealed unsafe class HighMemory
{
    private const int WindowPages = 1024;

    private readonly FrameTable _frames;
    private readonly PhysicalMemory _memory;
    private readonly bool _isMapped;
    private readonly Lock _gate = new();
    private readonly WaitQueue _waiting = new();
    private readonly Stack<int> _freePages = new();
    private readonly byte* _window;
    private readonly byte* _slots;
    private readonly uint[] _slotFrames;
    private int _mappedPages;

    public HighMemory(FrameTable frames, int cpus)
    {
        _frames = frames;
        _memory = frames.Memory;
        _slotFrames = new uint[cpus * (int)km_type.KM_TYPE_NR];
        Array.Fill(_slotFrames, page.None);
        _isMapped = _memory.Host.CanAlias && _memory.LowBytes < _memory.Bytes;
        if (!_isMapped)
            return;
        _window = _memory.Host.Reserve(WindowPages * PhysicalMemory.PageSize);
        _slots = _memory.Host.Reserve((nuint)_slotFrames.Length * PhysicalMemory.PageSize);
        for (int i = WindowPages - 1; i >= 0; i--)
            _freePages.Push(i);
    }

    /// <summary>The page's address, mapping it if it is the first user; sleeps while the window is full.</summary>
    public void* Map(page* page)
    {
        page* block = BlockOf(page);
        if (!IsHigh(page))
            return _frames.AddressOf(page);
        while (!TryMap(page, block))
            WaitQueue.Sleep();
        return (void*)page->MappedAt;
    }

    /// <summary>Ends one use of the page's mapping; the last one unmaps it.</summary>
    public void Unmap(page* page)
    {
        page* block = BlockOf(page);
        if (!IsHigh(page))
            return;
        Waiter? woken = null;
        using (_gate.EnterSteadily())
        {
            if (page->MappedAtUsers == 0)
                throw new KernelBugException($"BUG: kunmap of page {(nuint)page:x} pfn {_frames.FrameOf(page):x}, which is not mapped.");
            Interlocked.Decrement(ref block->Mapped);
            if (--page->MappedAtUsers > 0)
                return;
            if (_isMapped)
            {
                _memory.Host.TryUnmap((byte*)page->MappedAt, PhysicalMemory.PageSize);
                _freePages.Push((int)((page->MappedAt - (nuint)_window) >> PhysicalMemory.PageShift));
                _mappedPages--;
                // All: of those who wait for one page only the first needs a place, and the others would sleep on beside it.
                woken = _waiting.TakeAll();
            }
            page->MappedAt = 0;
        }
        Waiter.WakeAll(woken);
    }

    /// <summary>Maps a page in a slot of the CPU that the caller stays on; never sleeps.</summary>
    public void* MapAtomic(CpuBlock* block, page* page, km_type type)
    {
        page* pages = BlockOf(page);
        int slot = SlotOf(block, type);
        if (!IsHigh(page))
            return _frames.AddressOf(page);
        uint frame = _frames.FrameOf(page);
        if (!_isMapped)
            return _memory.AddressOf(frame);
        if (_slotFrames[slot] != Kmem.page.None)
            throw new KernelBugException($"BUG: kmap_atomic: slot {type} of CPU {block->Cpu} is in use; it holds pfn {_slotFrames[slot]:x}.");
        byte* address = _slots + (nuint)slot * PhysicalMemory.PageSize;
        MapOne(address, frame);
        _slotFrames[slot] = frame;
        Interlocked.Increment(ref pages->Mapped);
        return address;
    }

    /// <summary>Ends a mapping of <see cref="MapAtomic"/>; its address faults from now on.</summary>
    public void UnmapAtomic(CpuBlock* block, void* address, km_type type)
    {
        int slot = SlotOf(block, type);
        if (_memory.IsDirectMapped(address) || !_isMapped)
            return;
        byte* expected = _slots + (nuint)slot * PhysicalMemory.PageSize;
        nuint start = (nuint)address & ~(PhysicalMemory.PageSize - 1);
        if (start != (nuint)expected || _slotFrames[slot] == page.None)
            throw new KernelBugException($"BUG: kunmap_atomic: {(nuint)address:x} is not what slot {type} of CPU {block->Cpu} maps.");
        UnmapSlot(slot);
    }

    /// <summary>Ends what a thread has left mapped in the slots of its CPU.</summary>
    public void UnmapSlots(CpuBlock* block)
    {
        int first = SlotOf(block, 0);
        for (int slot = first; slot < first + (int)km_type.KM_TYPE_NR; slot++)
        {
            if (_slotFrames[slot] != page.None)
                UnmapSlot(slot);
        }
    }

    /// <summary>True if each page of the window is either free or behind a mapping, and no page is free twice.</summary>
    public bool IsValid()
    {
        using (_gate.EnterSteadily())
            return !_isMapped || (_freePages.Count + _mappedPages == WindowPages && _freePages.Distinct().Count() == _freePages.Count);
    }

    /// <summary>True if the page has no permanent address.</summary>
    public bool IsHigh(page* page) => _frames.FrameOf(page) >= _memory.LowFrameCount;

    // False: the window is full, and the caller stands in the queue of those who wait for a place.
    private bool TryMap(page* page, page* block)
    {
        using (_gate.EnterSteadily())
        {
            if (_isMapped && page->MappedAtUsers == 0 && _freePages.Count == 0)
            {
                _waiting.Join();
                return false;
            }
            if (page->MappedAtUsers == 0)
                page->MappedAt = (nuint)MapWindow(_frames.FrameOf(page));
            page->MappedAtUsers++;
            Interlocked.Increment(ref block->Mapped);
            return true;
        }
    }

    private void UnmapSlot(int slot)
    {
        Interlocked.Decrement(ref _frames.BlockOf(_frames.Pages + _slotFrames[slot])->Mapped);
        _memory.Host.TryUnmap(_slots + (nuint)slot * PhysicalMemory.PageSize, PhysicalMemory.PageSize);
        _slotFrames[slot] = page.None;
    }

    private static int SlotOf(CpuBlock* block, km_type type)
    {
        if ((uint)type >= (uint)km_type.KM_TYPE_NR)
            throw new KernelBugException($"BUG: kmap_atomic: {(int)type} is no slot; choose one of km_type below KM_TYPE_NR.");
        return block->Cpu * (int)km_type.KM_TYPE_NR + (int)type;
    }

    private byte* MapWindow(uint frame)
    {
        if (!_isMapped)
            return _memory.AddressOf(frame);
        byte* address = _window + (nuint)_freePages.Peek() * PhysicalMemory.PageSize;
        MapOne(address, frame);
        _freePages.Pop();
        _mappedPages++;
        return address;
    }

    private void MapOne(byte* address, uint frame)
    {
        if (!_memory.Host.TryMap(address, (nuint)frame << PhysicalMemory.PageShift, PhysicalMemory.PageSize))
            throw new InsufficientMemoryException("Kmem: the system has no mapping left for a high page; raise vm.max_map_count, or hold fewer vmalloc areas.");
    }

    private page* BlockOf(page* page)
    {
        if (!_frames.Contains(page))
            throw new KernelBugException($"BUG: kmap: {(nuint)page:x} is the address of no page struct of this machine.");
        page* block = _frames.BlockOf(page);
        return block != null ? block : throw new KernelBugException($"BUG: kmap: page {(nuint)page:x} pfn {_frames.FrameOf(page):x} is not allocated.");
    }
}
