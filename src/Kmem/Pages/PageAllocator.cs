using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kmem.Execution;
using Kmem.Observation;
using Kmem.Physical;

namespace Kmem.Pages;

/// <summary>
/// Blocks of 2^order frames from the zones: chooses the zones, keeps the reserve, reclaims, and checks what is freed.
/// Source: Linux Kernel Development, 3rd ed., ch. 12, "Getting Pages".
/// </summary>
internal sealed unsafe class PageAllocator : IDisposable
{
    public const int MaxOrder = FreeAreas.MaxOrder;

    private readonly FrameTable _frames;
    private readonly ContextTracker _context;
    private readonly KernelLog _log;
    private readonly Zone[] _zones;
    private readonly Zone[][] _zonelists;
    private readonly int _nodes;
    private readonly BackgroundReclaimer[] _kswapds;

    private readonly MachineDebug _debug;
    private readonly FaultInjector _faults;
    private readonly PageOwners? _owners;

    /// <summary>Makes the allocator; it has no memory before <see cref="Populate"/>. <paramref name="owners"/> null: owners are not tracked.</summary>
    public PageAllocator(FrameTable frames, ContextTracker context, KernelLog log, int nodes, MachineDebug debug, FaultInjector faults, OwnerTable? owners)
    {
        _owners = owners == null ? null : new PageOwners(frames.Memory.Host, frames.Count, owners);
        _debug = debug;
        _faults = faults;
        _frames = frames;
        _context = context;
        _log = log;
        _nodes = nodes;
        _zones = MakeZones(frames, context.Cpus.Count, nodes);
        _zonelists = MakeZonelists(_zones, nodes);
        Reclaimer = new Reclaimer(context, log);
        Stash = new PageStash(this, context.Blocks);
        _kswapds = [.. Enumerable.Range(0, nodes).Select(node => new BackgroundReclaimer(node, _zones, Reclaimer, GiveFreeBlocksToSystem))];
    }

    /// <summary>The pages that threads keep for themselves.</summary>
    public PageStash Stash { get; }

    /// <summary>What frees memory when it runs low.</summary>
    public Reclaimer Reclaimer { get; }

    public IReadOnlyList<Zone> Zones => _zones;

    public int Nodes => _nodes;

    public FrameTable Frames => _frames;

    /// <summary>Free frames, exactly.</summary>
    public nuint FreeFrames
    {
        get
        {
            nuint free = 0;
            foreach (Zone zone in _zones)
                free += zone.CountFree();
            return free + (nuint)Stash.CountPages();
        }
    }

    /// <summary>Ends boot: hands all frames but the reserved ones to the zones and sets the watermarks.</summary>
    public void Populate(IReadOnlyCollection<uint> reserved, uint minFreeKiB)
    {
        foreach (Zone zone in _zones)
        {
            uint start = zone.Start;
            foreach (uint frame in reserved.Where(frame => frame >= zone.Start && frame < zone.End))
            {
                zone.AddRange(start, frame);
                _frames.Pages[frame].State = PageState.Reserved;
                start = frame + 1;
            }
            zone.AddRange(start, zone.End);
        }
        Watermarks.Set(_zones, minFreeKiB);
    }

    /// <summary>Allocates 2^order frames from the thread's node or, without memory there, the nearest one; null if there are none.</summary>
    public page* Allocate(CpuBlock* block, gfp_t flags, uint order, int node = 0)
    {
        if (order >= MaxOrder)
            return RefuseOrder(flags, order);
        if ((flags & GfpMask.Unknown) != 0)
            flags = WithoutUnknown(flags);
        if ((flags & gfp_t.__GFP_WAIT) != 0)
            _context.MightSleep(block);
        if (_faults.Faults != null && (flags & gfp_t.__GFP_NOFAIL) == 0 && _faults.ShouldFail(FaultInjector.Pages, ZoneLayout.FaultName(ZoneLayout.Highest(flags))))
            return null;
        int cpu = block->Cpu;
        uint frame = TakeFromZones(flags, (int)order, cpu, node, beforeReclaim: true);
        if (frame == page.None)
            frame = AllocateSlow(WithoutMasked(flags, (gfp_t)block->MaskedFlags), (int)order, cpu, node);
        return frame == page.None ? null : Prepare(frame, flags, (int)order);
    }

    /// <summary>True if threads may keep pages: nothing has to see every single allocation.</summary>
    public bool MayStash => _nodes == 1 && _faults.Faults == null && _owners == null && (_debug & (MachineDebug.InitOnAlloc | MachineDebug.InitOnFree)) == 0;

    /// <summary>The zone that requests without a zone modifier start with.</summary>
    public Zone DefaultZone => _zones.Last(zone => zone.Kind <= ZoneKind.Normal);

    /// <summary>Puts a block of pages that a thread kept back into its zone.</summary>
    public void GiveBack(page* page, int cpu)
    {
        page->State = PageState.None;
        GiveToZone(page, page->Order, cpu, cold: false);
    }

    /// <summary>Frees a block that was allocated with this order.</summary>
    public void Free(CpuBlock* block, page* page, uint order, bool cold = false)
    {
        CheckFreeable(page, order);
        if (Interlocked.CompareExchange(ref page->Count, 0, 1) != 1)
            throw StillReferenced(page);
        Release(page, (int)order, block->Cpu, cold);
    }

    /// <summary>Throws unless <see cref="Free"/> may be called: the block was allocated with this order, is mapped nowhere, and nobody else has a reference.</summary>
    public void CheckFreeable(page* page, uint order)
    {
        CheckAllocated(page, order);
        CheckUnmapped(page);
        if (Volatile.Read(ref page->Count) != 1)
            throw StillReferenced(page);
    }

    /// <summary>Takes a reference to an allocated page; of a compound page, any of its pages will do.</summary>
    public void Get(page* page)
    {
        page = WholeOf(page);
        CheckAllocated(page, page->Order);
        Interlocked.Increment(ref page->Count);
    }

    /// <summary>Drops a reference; the last one frees the page, which must not be mapped then.</summary>
    public void Put(CpuBlock* block, page* page)
    {
        page = WholeOf(page);
        CheckAllocated(page, page->Order);
        if (page->Count == 1)
            CheckUnmapped(page);
        if (Interlocked.Decrement(ref page->Count) == 0)
            Release(page, page->Order, block->Cpu, cold: false);
    }

    /// <summary>Throws unless the pointer is the address of one of the machine's page structs.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void RequirePage(page* page)
    {
        if (!_frames.Contains(page))
            ThrowForeign(page);
    }

    /// <summary>References to a page; 0: it is free.</summary>
    public int CountReferences(page* page) => WholeOf(page)->Count;

    /// <summary>Leaves a block to an allocator that answers for what it makes of it: the block is no leak of its own.</summary>
    public void Disown(page* page) => _owners?.Disown(_frames.FrameOf(page));

    /// <summary>Calls <paramref name="visit"/> with the first frame, order and owner of each allocated block that somebody answers for; nothing unless owners are tracked.</summary>
    public void VisitOwned(Action<uint, int, string> visit)
    {
        if (_owners == null)
            return;
        for (uint frame = 0; frame < _frames.Count; frame++)
        {
            if ((_frames.Pages[frame].State & PageState.Allocated) != 0 && _owners.OwnerOf(frame) is { } owner)
                visit(frame, _frames.Pages[frame].Order, owner);
        }
    }

    public Zone ZoneOf(uint frame)
    {
        foreach (Zone zone in _zones)
        {
            if (frame >= zone.Start && frame < zone.End)
                return zone;
        }
        throw new KernelBugException($"BUG: frame {frame:x} lies in no zone.");
    }

    /// <summary>Lets the system have the memory behind large free blocks; it is zero when they are touched again.</summary>
    public void GiveFreeBlocksToSystem()
    {
        Stash.Drain();
        DrainCpuLists();
        foreach (Zone zone in _zones)
            zone.DiscardFreeBlocks(_frames.Memory);
    }

    public void Dispose()
    {
        foreach (BackgroundReclaimer kswapd in _kswapds)
            kswapd.Dispose();
        _owners?.Dispose();
    }

    /// <summary>Empties the CPUs' page lists into the zones.</summary>
    public void DrainCpuLists()
    {
        foreach (Zone zone in _zones)
            zone.DrainCpuLists();
    }

    public bool IsValid()
    {
        foreach (Zone zone in _zones)
        {
            if (!zone.IsValid())
                return false;
        }
        return true;
    }

    /// <summary>The kernel's report of a page that is in no state to be used so.</summary>
    public KernelBugException BadPage(page* page, string reason) =>
        new($"BUG: Bad page state: page {(nuint)page:x} pfn {_frames.FrameOf(page):x}: {reason}. "
            + $"count:{page->Count} mapcount:{page->Mapped} order:{page->Order} flags:{page->State}.{_owners?.Describe(_frames.FrameOf(page))}");

    private static Zone[] MakeZones(FrameTable frames, int cpus, int nodes)
    {
        List<Zone> zones = [];
        uint perNode = frames.Count / (uint)nodes & ~(uint)(PhysicalMemory.LargestBlock / PhysicalMemory.PageSize - 1);
        for (int node = 0; node < nodes; node++)
        {
            uint start = (uint)node * perNode, end = node == nodes - 1 ? frames.Count : start + perNode;
            for (ZoneKind kind = ZoneKind.Dma; kind <= ZoneKind.HighMem && start < end; kind++)
            {
                uint zoneEnd = (uint)Math.Min(end, ZoneLayout.End(frames.Memory.Layout, kind) >> PhysicalMemory.PageShift);
                if (zoneEnd <= start)
                    continue;
                zones.Add(new Zone(frames.Pages, (byte)zones.Count, node, kind, start, zoneEnd, cpus));
                start = zoneEnd;
            }
        }
        return [.. zones];
    }

    // Nodes by distance, and within a node from the most plentiful zone down: scarce memory last.
    private static Zone[][] MakeZonelists(Zone[] zones, int nodes)
    {
        Zone[][] lists = new Zone[nodes][];
        for (int node = 0; node < nodes; node++)
        {
            int from = node;
            lists[node] = [.. zones.OrderBy(zone => Math.Abs(zone.Node - from)).ThenBy(zone => zone.Node).ThenByDescending(zone => zone.Kind)];
        }
        return lists;
    }

    private uint TakeFromZones(gfp_t flags, int order, int cpu, int node, bool beforeReclaim)
    {
        ZoneKind highest = ZoneLayout.Highest(flags);
        bool mayUseReserve = !beforeReclaim && (flags & gfp_t.__GFP_HIGH) != 0;
        foreach (Zone zone in _zonelists[node])
        {
            if (zone.Kind > highest || ((flags & gfp_t.__GFP_THISNODE) != 0 && zone.Node != node))
                continue;
            uint frame = zone.Take(order, cpu, (flags & gfp_t.__GFP_COLD) != 0, beforeReclaim ? zone.Low : zone.Min, highest, mayUseReserve);
            if (frame != page.None)
                return frame;
        }
        return page.None;
    }

    // Who must not do block I/O must not enter a file system either, which may do some.
    private static gfp_t WithoutMasked(gfp_t flags, gfp_t masked) =>
        flags & ~masked & ~((masked & gfp_t.__GFP_IO) != 0 ? gfp_t.__GFP_FS : 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private uint AllocateSlow(gfp_t flags, int order, int cpu, int node)
    {
        _kswapds[node].Wake();
        uint frame = TakeFromZones(flags, order, cpu, node, beforeReclaim: false);
        if (frame != page.None)
            return frame;
        // Frames on the CPUs' lists are free but cannot merge there.
        DrainCpuLists();
        frame = TakeFromZones(flags, order, cpu, node, beforeReclaim: false);
        if (frame == page.None && (flags & gfp_t.__GFP_WAIT) != 0 && !Reclaimer.IsReclaiming)
            frame = ReclaimAndRetry(flags, order, cpu, node);
        if (frame == page.None)
            KmemEventSource.Log.PageAllocationFailed(order, (int)flags);
        if (frame == page.None && (flags & gfp_t.__GFP_NOWARN) == 0)
            _log.Write(FailureReport.Describe(flags, order, _zones));
        return frame;
    }

    private uint ReclaimAndRetry(gfp_t flags, int order, int cpu, int node)
    {
        ReclaimProgress progress = default;
        SteadyWait wait = default;
        for (int attempt = 1; ; attempt++)
        {
            nuint freed = Reclaimer.Reclaim(flags);
            DrainCpuLists();
            uint frame = TakeFromZones(flags, order, cpu, node, beforeReclaim: false);
            bool mayGoOn = progress.MayGoOn(FreeFrames);
            if (frame != page.None || !ShouldRetry(flags, attempt, freed != 0 && mayGoOn))
            {
                wait.End();
                return frame;
            }
            if (freed == 0)
                wait.Sleep();
        }
    }

    private static bool ShouldRetry(gfp_t flags, int attempt, bool gotSomewhere)
    {
        const int repeatedAttempts = 16;
        if ((flags & gfp_t.__GFP_NOFAIL) != 0)
            return true;
        if ((flags & gfp_t.__GFP_NORETRY) != 0)
            return false;
        return gotSomewhere || ((flags & gfp_t.__GFP_REPEAT) != 0 && attempt < repeatedAttempts);
    }

    private page* Prepare(uint frame, gfp_t flags, int order)
    {
        page* page = _frames.Pages + frame;
        page->State = PageState.Allocated | ((flags & gfp_t.__GFP_COMP) != 0 && order > 0 ? PageState.Compound : PageState.None);
        page->Order = (byte)order;
        page->Mapped = 0;
        page->Slab = null;
        page->ZoneIndex = ZoneOf(frame).Index;
        Volatile.Write(ref page->Count, 1);
        _owners?.RecordAllocation(frame);
        if ((flags & gfp_t.__GFP_ZERO) != 0 || (_debug & MachineDebug.InitOnAlloc) != 0)
            Clear(frame, order);
        return page;
    }

    private void Clear(uint frame, int order)
    {
        nuint bytes = PhysicalMemory.PageSize << order;
        if (frame < _frames.Memory.LowFrameCount)
            NativeMemory.Clear(_frames.Memory.AddressOf(frame), bytes);
        else
            // A high frame has no address to clear it through; memory the system gives anew is zero.
            _frames.Memory.Host.Discard((nuint)frame << PhysicalMemory.PageShift, bytes);
    }

    private void Release(page* page, int order, int cpu, bool cold)
    {
        page->State = PageState.None;
        uint frame = _frames.FrameOf(page);
        _owners?.RecordRelease(frame);
        if ((_debug & MachineDebug.InitOnFree) != 0)
            Clear(frame, order);
        GiveToZone(page, order, cpu, cold);
    }

    private void GiveToZone(page* page, int order, int cpu, bool cold)
    {
        uint frame = _frames.FrameOf(page);
        Zone zone = _zones[page->ZoneIndex];
        if (order == 0)
            zone.GiveSingle(frame, cpu, cold);
        else
            zone.GiveBlock(frame, order);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckAllocated(page* page, uint order)
    {
        RequirePage(page);
        if (page->State is not (PageState.Allocated or (PageState.Allocated | PageState.Compound)) || page->Order != order)
            ThrowNotFreeable(page, order);
    }

    private KernelBugException StillReferenced(page* page) => BadPage(page, "it is freed while it is still referenced");

    private void CheckUnmapped(page* page)
    {
        if (page->Mapped != 0)
            throw BadPage(page, "it is freed while it is still mapped");
    }

    // What get_page and its relatives mean by a page of a compound one.
    private page* WholeOf(page* page)
    {
        RequirePage(page);
        page* block = _frames.BlockOf(page);
        return block != null && (block->State & PageState.Compound) != 0 ? block : page;
    }

    [DoesNotReturn]
    private static void ThrowForeign(page* page) =>
        throw new KernelBugException($"BUG: {(nuint)page:x} is the address of no page struct of this machine.");

    [DoesNotReturn]
    private void ThrowNotFreeable(page* page, uint order)
    {
        if ((page->State & (PageState.Buddy | PageState.OnCpuList)) != 0)
            throw BadPage(page, "it is freed but it is free already (double free)");
        if ((page->State & PageState.Slab) != 0)
            throw BadPage(page, "it belongs to a slab and is freed as a page (wrong family: use kfree or kmem_cache_free)");
        if ((page->State & PageState.Reserved) != 0)
            throw BadPage(page, "it is reserved, not allocated");
        if ((page->State & PageState.Allocated) == 0)
            throw BadPage(page, "it is not the first page of an allocation (double free, or a page in the middle of a block)");
        throw BadPage(page, $"it is freed with order {order} but was allocated with order {page->Order}");
    }

    private gfp_t WithoutUnknown(gfp_t flags)
    {
        _log.Write($"WARNING: unexpected gfp: 0x{(uint)(flags & GfpMask.Unknown):x} is no flag; fixing up. At {CallerLocation.Find()}");
        return flags & ~GfpMask.Unknown;
    }

    private page* RefuseOrder(gfp_t flags, uint order)
    {
        if ((flags & gfp_t.__GFP_NOWARN) == 0)
            _log.Write($"WARNING: page allocation of order {order} is refused: the largest order is {MaxOrder - 1}. At {CallerLocation.Find()}");
        return null;
    }
}
