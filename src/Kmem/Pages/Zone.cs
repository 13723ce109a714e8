using Kmem.Execution;
using Kmem.Physical;

namespace Kmem.Pages;

/// <summary>
/// A range of frames with the same use: its free blocks, its CPUs' lists of single frames, and the watermarks that keep a reserve.
/// Source: Linux Kernel Development, 3rd ed., ch. 12, "Zones".
/// </summary>
internal sealed unsafe class Zone
{
    // Smaller ones cost more calls than they are worth.
    private const int SmallestDiscarded = 6;

    private readonly page* _pages;
    private readonly CpuPageList[] _cpuLists;
    private RawSpinLock _lock;

    public Zone(page* pages, byte index, int node, ZoneKind kind, uint start, uint end, int cpus)
    {
        _pages = pages;
        Index = index;
        Node = node;
        Kind = kind;
        Start = start;
        End = end;
        Free = new FreeAreas(pages, start, end);
        _cpuLists = new CpuPageList[cpus];
        for (int i = 0; i < cpus; i++)
            _cpuLists[i] = new CpuPageList();
    }

    /// <summary>Position among the machine's zones.</summary>
    public byte Index { get; }

    public int Node { get; }

    public ZoneKind Kind { get; }

    public string Name => ZoneLayout.Name(Kind);

    /// <summary>First frame.</summary>
    public uint Start { get; }

    /// <summary>The frame behind the last.</summary>
    public uint End { get; }

    public uint SpannedFrames => End - Start;

    /// <summary>Frames the zone may hand out: all but those that boot memory kept.</summary>
    public uint PresentFrames { get; private set; }

    public FreeAreas Free { get; }

    public ReadOnlySpan<CpuPageList> CpuLists => _cpuLists;

    /// <summary>Free frames that only emergencies may touch, when reclaim wakes, and when it rests.</summary>
    public uint Min { get; private set; }

    public uint Low { get; private set; }

    public uint High { get; private set; }

    /// <summary>Frames kept from requests that a higher zone could serve, by the zone the request started with.</summary>
    public uint[] LowmemReserve { get; } = new uint[4];

    /// <summary>Free frames in blocks and on CPU lists; a frame that moves between them just now may be missing. See <see cref="CountFree"/>.</summary>
    public uint FreeFrames => Free.FreeFrames + FramesOnCpuLists;

    /// <summary>Free frames on CPU lists.</summary>
    public uint FramesOnCpuLists
    {
        get
        {
            uint frames = 0;
            foreach (CpuPageList list in _cpuLists)
                frames += (uint)list.Count;
            return frames;
        }
    }

    /// <summary>Free frames, exactly: nothing moves meanwhile.</summary>
    public uint CountFree()
    {
        foreach (CpuPageList list in _cpuLists)
            list.Lock();
        Lock();
        uint free = FreeFrames;
        Unlock();
        foreach (CpuPageList list in _cpuLists)
            list.Unlock();
        return free;
    }

    public void SetWatermarks(uint min)
    {
        Min = min;
        Low = min + min / 4;
        High = min + min / 2;
    }

    public void Lock() => _lock.Enter();

    public void Unlock() => _lock.Exit();

    /// <summary>Makes frames of the zone available: at boot, or boot memory that is freed.</summary>
    public void AddRange(uint first, uint behind)
    {
        Lock();
        Free.GiveRange(first, behind);
        PresentFrames += behind - first;
        Unlock();
    }

    /// <summary>Takes a block if that leaves what the watermark asks for; <see cref="page.None"/> if not.</summary>
    public uint Take(int order, int cpu, bool cold, uint mark, ZoneKind startedWith, bool mayUseReserve)
    {
        if (!IsAboveMark(order, mark, startedWith, mayUseReserve))
            return page.None;
        return order == 0 ? TakeSingle(_cpuLists[cpu], cold) : TakeBlock(order);
    }

    public void GiveBlock(uint frame, int order)
    {
        Lock();
        Free.Give(frame, order);
        Unlock();
    }

    /// <summary>Puts a single frame on the CPU's list; a batch of its coldest goes to the free blocks when the list is full.</summary>
    public void GiveSingle(uint frame, int cpu, bool cold)
    {
        CpuPageList list = _cpuLists[cpu];
        list.Lock();
        _pages[frame].State = PageState.OnCpuList;
        if (cold)
            list.PushCold(frame);
        else
            list.PushHot(frame);
        if (list.Count > CpuPageList.High)
            Return(list, CpuPageList.Batch);
        list.Unlock();
    }

    /// <summary>Empties the CPUs' lists into the free blocks, where frames can merge.</summary>
    public uint DrainCpuLists()
    {
        uint drained = 0;
        foreach (CpuPageList list in _cpuLists)
        {
            list.Lock();
            drained += (uint)list.Count;
            Return(list, list.Count);
            list.Unlock();
        }
        return drained;
    }

    /// <summary>
    /// True if an allocation leaves enough: free frames above the mark and the reserve for the zone, also in blocks of its order or
    /// larger. The emergency reserve is half of the mark.
    /// </summary>
    public bool IsAboveMark(int order, uint mark, ZoneKind startedWith, bool mayUseReserve)
    {
        long min = mayUseReserve ? mark - mark / 2 : mark;
        long free = (long)FreeFrames - (1L << order) + 1;
        if (free <= min + LowmemReserve[(int)startedWith])
            return false;
        for (int smaller = 0; smaller < order; smaller++)
        {
            free -= (long)Free.CountOf(smaller) << smaller;
            min >>= 1;
            if (free <= min)
                return false;
        }
        return true;
    }

    /// <summary>Gives the memory behind large free blocks back to the system. A block at a time under the lock: an allocation meanwhile waits, but does not fail.</summary>
    public void DiscardFreeBlocks(PhysicalMemory memory)
    {
        for (int order = FreeAreas.MaxOrder - 1; order >= SmallestDiscarded; order--)
        {
            while (TryDiscardBlock(memory, order))
            {
            }
        }
    }

    public bool IsValid()
    {
        Lock();
        bool valid = Free.IsValid();
        Unlock();
        return valid && CountFree() <= PresentFrames;
    }

    private bool TryDiscardBlock(PhysicalMemory memory, int order)
    {
        Lock();
        uint frame = Free.FindTouched(order);
        if (frame != page.None)
        {
            memory.Host.Discard((nuint)frame << PhysicalMemory.PageShift, PhysicalMemory.PageSize << order);
            // All but the first of a free block's page structs say nothing.
            memory.Host.DiscardTable(_pages + frame + 1, ((1u << order) - 1) * (nuint)sizeof(page));
            Free.MarkUntouched(frame);
        }
        Unlock();
        return frame != page.None;
    }

    private uint TakeBlock(int order)
    {
        Lock();
        uint frame = Free.Take(order);
        Unlock();
        return frame;
    }

    private uint TakeSingle(CpuPageList list, bool cold)
    {
        list.Lock();
        if (list.Count == 0)
            Fetch(list);
        uint frame = list.Count == 0 ? page.None : cold ? list.PopCold() : list.PopHot();
        list.Unlock();
        return frame;
    }

    private void Fetch(CpuPageList list)
    {
        Lock();
        for (int i = 0; i < CpuPageList.Batch; i++)
        {
            uint frame = Free.Take(0);
            if (frame == page.None)
                break;
            _pages[frame].State = PageState.OnCpuList;
            list.PushCold(frame);
        }
        Unlock();
    }

    private void Return(CpuPageList list, int count)
    {
        Lock();
        for (int i = 0; i < count; i++)
            Free.Give(list.PopCold(), 0);
        Unlock();
    }
}
