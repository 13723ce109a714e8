using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kmem.Annotations;
using Kmem.Execution;
using Kmem.Observation;
using Kmem.Pages;
using Kmem.Slab;

namespace Kmem;

/// <summary>
/// A cache of objects of one size. Three tiers: each thread's array (<see cref="ArraySlot"/>), a depot of sheaves that all threads share, and the slabs; a sheaf at a
/// time moves between them, behind the cache's lock. Source: Linux Kernel Development, 3rd ed., ch. 12, "Slab Layer".
/// </summary>
public sealed unsafe class kmem_cache
{
    private const int ArrayBytes = 256 * 1024, LeastArray = 4, MostInBatch = 60;
    private const int DepotBytes = 2 * 1024 * 1024, MostInDepot = 8192;
    private const uint EmptyBytes = 256 * 1024;

    private readonly SlabAllocator _owner;
    private readonly NodeSlabs[] _nodes;
    private readonly int _mostInDepot;
    private readonly int _numberInSlabs;
    private SheafDepot _depot;
    private RawSpinLock _lock;

    internal kmem_cache(SlabAllocator owner, string name, nuint size, SlabGeometry geometry, slab_flags_t flags, ctor_t? constructor, int number, ObjectDebug? debug)
    {
        Debug = debug;
        _owner = owner;
        Name = name;
        ObjectSize = size;
        Geometry = geometry;
        Flags = flags;
        Constructor = constructor;
        Number = number;
        _numberInSlabs = number;
        Capacity = Math.Clamp(ArrayBytes / (int)geometry.Stride, LeastArray, MostCapacity);
        Batch = Math.Min(Capacity / 2, MostInBatch);
        _mostInDepot = Math.Clamp(DepotBytes / (int)geometry.Stride, Capacity, MostInDepot);
        _nodes = new NodeSlabs[owner.Pages.Nodes];
        for (int i = 0; i < _nodes.Length; i++)
            _nodes[i] = new NodeSlabs();
        FastOffset = ArraySlot.OffsetOf(owner.IsProcessWide ? (nuint)number : 0);
    }

    /// <summary>Objects a thread may be allowed to keep.</summary>
    internal const int MostCapacity = 2 * Sheaf.Room;

    internal string Name { get; }

    /// <summary>Bytes a user of an object may touch.</summary>
    internal nuint ObjectSize { get; }

    internal SlabGeometry Geometry { get; }

    internal slab_flags_t Flags { get; }

    internal ctor_t? Constructor { get; }

    /// <summary>Which slot of a thread's block is this cache's; 0 once it is destroyed.</summary>
    internal int Number { get; private set; }

    /// <summary>The slot as the static face finds it: the always empty one if the cache is destroyed or of a machine of its own.</summary>
    internal nuint FastOffset { get; private set; }

    /// <summary>Objects a thread keeps at most: half of them in its array, half in its spare sheaf.</summary>
    internal int Capacity { get; private set; }

    /// <summary>Objects a thread takes out of slabs at a time.</summary>
    internal int Batch { get; private set; }

    internal SlabAllocator Owner => _owner;

    /// <summary>The checks of its objects; null: none, and the hot paths serve it.</summary>
    internal ObjectDebug? Debug { get; }

    /// <summary>Sets how many objects a thread keeps ready, and how many move at a time: what writing to /proc/slabinfo does. May sleep.</summary>
    /// <param name="limit">2 to 248.</param>
    /// <param name="batchcount">1 to <paramref name="limit"/>; half of the limit at most moves.</param>
    /// <exception cref="ArgumentOutOfRangeException">One of the two is out of its range.</exception>
    [MightSleep]
    public void Tune(int limit, int batchcount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 2);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, MostCapacity);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchcount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchcount, limit);
        Capacity = limit;
        Batch = batchcount;
        _owner.EmptySlots(this);
    }

    /// <summary>Takes a free object out of a slab; null if a new slab is needed.</summary>
    internal void* TakeOne(int node)
    {
        void* obj = null;
        _lock.Enter();
        TakeFromSlabs(&obj, 1, node);
        _lock.Exit();
        return obj;
    }

    /// <summary>Fills a slot that has run empty, by its spare sheaf or by one of the depot; false if both are empty. The caller holds the slot's block.</summary>
    internal bool TryFill(ArraySlot* slot)
    {
        if (slot->SpareCount > 0)
        {
            ArraySlot.Load(slot, slot->Spare, slot->SpareCount);
            slot->SpareCount = 0;
            return true;
        }
        _owner.WatchArrays();
        _lock.Enter();
        bool isFilled = _depot.TryFill(slot);
        _lock.Exit();
        return isFilled;
    }

    /// <summary>Fills an empty slot from the slabs; false if a new slab is needed. The caller holds the slot's block.</summary>
    internal bool TryFillFromSlabs(ArraySlot* slot, int node)
    {
        _lock.Enter();
        slot->Count = (uint)TakeFromSlabs(ArraySlot.Objects(slot), Math.Min(Batch, (int)slot->Capacity), node);
        _lock.Exit();
        return slot->Count > 0;
    }

    /// <summary>
    /// Makes room in a slot that has run full, by its spare sheaf, whose objects go to the depot; false, and nothing is changed, if that has enough. The caller holds the slot's block.
    /// </summary>
    internal bool TryMakeRoom(ArraySlot* slot)
    {
        if (slot->SpareCount > 0)
        {
            _lock.Enter();
            bool isTaken = _depot.TryTakeSpare(slot, _owner.Sheaves, _mostInDepot);
            _lock.Exit();
            if (!isTaken)
                return false;
        }
        ArraySlot.Unload(slot);
        return true;
    }

    /// <summary>Takes free objects that checks have passed back into their slabs. Throws, when all are in, if the slab of one showed it free already.</summary>
    internal void Give(CpuBlock* block, void** objects, int count)
    {
        SlabDescriptor* surplus = null;
        _lock.Enter();
        void* freedTwice = GiveToSlabs(objects, count);
        foreach (NodeSlabs node in _nodes)
        {
            while (node.Empty.Count > 1 && (uint)node.Empty.Count * Geometry.SlabBytes > EmptyBytes)
                Detach(ref node.Empty, ref surplus);
        }
        _lock.Exit();
        DestroySlabs(block, surplus);
        if (freedTwice != null)
            throw FreedTwice(freedTwice);
    }

    /// <summary>As <see cref="Give"/> while threads' arrays are being drained: frees no slab, because that would use an array. Returns an object that was free already, or null.</summary>
    internal void* GiveDrained(void** objects, int count)
    {
        _lock.Enter();
        void* freedTwice = GiveToSlabs(objects, count);
        _lock.Exit();
        return freedTwice;
    }

    /// <summary>Makes a slab and puts it on the empty list; false if there are no pages.</summary>
    internal bool TryGrow(CpuBlock* block, gfp_t flags, int node)
    {
        SlabDescriptor* slab = MakeSlab(block, flags, node);
        if (slab == null)
            return false;
        _lock.Enter();
        _nodes[slab->Node].Empty.Add(slab);
        _lock.Exit();
        KmemEventSource.Log.SlabGrown(Name, Geometry.Order);
        return true;
    }

    /// <summary>Moves the depot's objects into the slabs and frees the empty ones; returns the frames freed.</summary>
    internal nuint Shrink(CpuBlock* block)
    {
        SlabDescriptor* surplus = null;
        _lock.Enter();
        void* freedTwice = GiveDepotToSlabs();
        nuint slabs = 0;
        foreach (NodeSlabs node in _nodes)
        {
            while (node.Empty.First != null)
                Detach(ref node.Empty, ref surplus);
        }
        for (SlabDescriptor* slab = surplus; slab != null; slab = slab->Next)
            slabs++;
        _lock.Exit();
        DestroySlabs(block, surplus);
        if (freedTwice != null)
            throw FreedTwice(freedTwice);
        return slabs << Geometry.Order;
    }

    /// <summary>Moves the depot's objects into the slabs. Returns an object that was free already, or null.</summary>
    internal void* EmptyDepot()
    {
        _lock.Enter();
        void* freedTwice = GiveDepotToSlabs();
        _lock.Exit();
        return freedTwice;
    }

    /// <summary>True if no slab has an object that is allocated or in an array.</summary>
    internal bool IsUnused()
    {
        _lock.Enter();
        bool unused = _depot.Objects == 0;
        foreach (NodeSlabs node in _nodes)
            unused &= node.Full.Count == 0 && node.Partial.Count == 0;
        _lock.Exit();
        return unused;
    }

    /// <summary>Sends the static face's users to the slow path, where they learn that the cache is gone.</summary>
    internal void Retire()
    {
        Number = 0;
        FastOffset = ArraySlot.OffsetOf(0);
    }

    /// <summary>Prepares a thread's slot for this cache; false without memory for its spare sheaf.</summary>
    internal bool TryFit(ArraySlot* slot)
    {
        slot->Spare = _owner.Sheaves.Take();
        if (slot->Spare == null)
            return false;
        slot->SlabMask = Geometry.SlabBytes - 1;
        slot->Limit = Geometry.ObjectsPerSlab * Geometry.Stride;
        slot->Reciprocal = ulong.MaxValue / Geometry.Stride + 1;
        slot->MarkOffset = Geometry.MarkOffset;
        slot->Capacity = (uint)Capacity / 2;
        return true;
    }

    /// <summary>Takes a thread's empty slot out of use.</summary>
    internal void Unfit(ArraySlot* slot)
    {
        // Not to write where nothing ever was: the host has no memory there yet.
        if (slot->Spare == null)
            return;
        _owner.Sheaves.Give(slot->Spare);
        *slot = default;
    }

    /// <summary>Numbers of slabs and of objects that are not in a slab; the latter are allocated or in arrays.</summary>
    internal (int Slabs, int ActiveSlabs, int OutOfSlabs, int InDepot) Count()
    {
        _lock.Enter();
        int active = 0, slabs = 0, objects = 0;
        foreach (NodeSlabs node in _nodes)
        {
            slabs += node.Full.Count + node.Partial.Count + node.Empty.Count;
            active += node.Full.Count + node.Partial.Count;
            objects += node.Full.Count * (int)Geometry.ObjectsPerSlab;
            for (SlabDescriptor* slab = node.Partial.First; slab != null; slab = slab->Next)
                objects += (int)(Geometry.ObjectsPerSlab - slab->FreeCount);
        }
        int inDepot = _depot.Objects;
        _lock.Exit();
        return (slabs, active, objects, inDepot);
    }

    /// <summary>Calls <paramref name="visit"/> with each object that no slab has. In a cache with debugging these are the allocated ones.</summary>
    internal void VisitOutOfSlabs(Action<nint> visit)
    {
        List<nint> objects = [];
        _lock.Enter();
        foreach (NodeSlabs node in _nodes)
        {
            AddOutOfSlab(node.Full.First, objects);
            AddOutOfSlab(node.Partial.First, objects);
        }
        _lock.Exit();
        objects.ForEach(visit);
    }

    /// <summary>True if lists, counts, bitmaps and free marks agree.</summary>
    internal bool IsValid()
    {
        _lock.Enter();
        bool valid = true;
        foreach (NodeSlabs node in _nodes)
            valid &= IsValidList(node, ref node.Full) && IsValidList(node, ref node.Partial) && IsValidList(node, ref node.Empty);
        valid &= _depot.All(obj => FreeMark.IsSet((void*)obj, Geometry.MarkOffset));
        _lock.Exit();
        return valid;
    }

    internal KernelBugException FreedTwice(void* obj) =>
        new($"BUG: slab error in cache `{Name}': double free detected: object {(nuint)obj:x} is free already.");

    private void AddOutOfSlab(SlabDescriptor* slab, List<nint> objects)
    {
        for (; slab != null; slab = slab->Next)
        {
            for (uint i = 0; i < Geometry.ObjectsPerSlab; i++)
            {
                if (!SlabDescriptor.IsFree(slab, i))
                    objects.Add((nint)(slab->Objects + i * Geometry.Stride));
            }
        }
    }

    private bool IsValidList(NodeSlabs node, ref SlabList list)
    {
        int count = 0;
        for (SlabDescriptor* slab = list.First; slab != null; slab = slab->Next, count++)
        {
            uint free = 0;
            for (uint i = 0; i < Geometry.ObjectsPerSlab; i++)
            {
                if (!SlabDescriptor.IsFree(slab, i))
                    continue;
                free++;
                if (!FreeMark.IsSet(slab->Objects + i * Geometry.Stride, Geometry.MarkOffset))
                    return false;
            }
            if (free != slab->FreeCount || !Unsafe.AreSame(ref node.ListFor(free, Geometry.ObjectsPerSlab), ref list))
                return false;
        }
        return count == list.Count;
    }

    private int TakeFromSlabs(void** objects, int want, int node)
    {
        int taken = 0;
        for (int i = 0; taken < want && i < _nodes.Length; i++)
            taken += TakeFromSlabs(_nodes[(node + i) % _nodes.Length], objects + taken, want - taken);
        return taken;
    }

    private int TakeFromSlabs(NodeSlabs node, void** objects, int want)
    {
        int taken = 0;
        while (taken < want)
        {
            SlabDescriptor* slab = node.Partial.First != null ? node.Partial.First : node.Empty.First;
            if (slab == null)
                break;
            ref SlabList before = ref node.ListFor(slab->FreeCount, Geometry.ObjectsPerSlab);
            taken += SlabDescriptor.Take(slab, Geometry, objects + taken, want - taken);
            Move(node, slab, ref before);
        }
        return taken;
    }

    private void* GiveDepotToSlabs()
    {
        void* freedTwice = null;
        for (Sheaf* sheaf = _depot.TakeFilled(); sheaf != null; sheaf = _depot.TakeFilled())
        {
            void* found = GiveToSlabs(Sheaf.ObjectsOf(sheaf), (int)sheaf->Count);
            freedTwice = found != null ? found : freedTwice;
            _owner.Sheaves.Give(sheaf);
        }
        _depot.ReleaseEmpty(_owner.Sheaves);
        return freedTwice;
    }

    private void* GiveToSlabs(void** objects, int count)
    {
        void* freedTwice = null;
        for (int i = 0; i < count; i++)
        {
            if (!GiveToSlab(objects[i]))
                freedTwice = objects[i];
        }
        return freedTwice;
    }

    private bool GiveToSlab(void* obj)
    {
        // One that was released twice behind the mark's back may have lost its slab the first time.
        if (_owner.NumberOf(obj) != (uint)_numberInSlabs)
            return false;
        SlabDescriptor* slab = (SlabDescriptor*)_owner.Pages.Frames.PageOf(obj)->Slab;
        NodeSlabs node = _nodes[slab->Node];
        ref SlabList before = ref node.ListFor(slab->FreeCount, Geometry.ObjectsPerSlab);
        if (!SlabDescriptor.TryGive(slab, Geometry, obj))
            return false;
        Move(node, slab, ref before);
        return true;
    }

    private void Move(NodeSlabs node, SlabDescriptor* slab, ref SlabList before)
    {
        ref SlabList after = ref node.ListFor(slab->FreeCount, Geometry.ObjectsPerSlab);
        if (Unsafe.AreSame(ref before, ref after))
            return;
        before.Remove(slab);
        after.Add(slab);
    }

    private static void Detach(ref SlabList list, ref SlabDescriptor* surplus)
    {
        SlabDescriptor* slab = list.First;
        list.Remove(slab);
        slab->Next = surplus;
        surplus = slab;
    }

    private SlabDescriptor* MakeSlab(CpuBlock* block, gfp_t flags, int node)
    {
        page* page = _owner.AllocateSlabPages(block, this, flags, node);
        if (page == null)
            return null;
        byte* start = (byte*)_owner.Pages.Frames.AddressOf(page);
        SlabDescriptor* slab = Geometry.IsOffSlab
            ? (SlabDescriptor*)_owner.Allocate(block, _owner.DescriptorCache, flags)
            : (SlabDescriptor*)(start + Geometry.DescriptorOffset);
        if (slab == null)
        {
            _owner.Pages.Free(block, page, (uint)Geometry.Order);
            return null;
        }
        // By the place, not in turn: a thread may still have an address of a slab that lay here before, and must not find it inside an object.
        uint colour = (_owner.Pages.Frames.FrameOf(page) >> Geometry.Order) % Geometry.Colours;
        slab->Objects = start + colour * FrameOwner.ColourBytes + Geometry.ObjectOffset;
        slab->Page = page;
        slab->Node = _owner.Pages.Zones[page->ZoneIndex].Node;
        SlabDescriptor.Reset(slab, Geometry.ObjectsPerSlab);
        PrepareObjects(slab);
        _owner.ClaimFrames(slab, Geometry.Order, FrameOwner.Pack(_numberInSlabs, colour));
        return slab;
    }

    private void PrepareObjects(SlabDescriptor* slab)
    {
        for (uint i = 0; i < Geometry.ObjectsPerSlab; i++)
        {
            void* obj = slab->Objects + i * Geometry.Stride;
            Debug?.Prepare(obj);
            Constructor?.Invoke(obj);
            FreeMark.Set(obj, Geometry.MarkOffset);
        }
    }

    private void DestroySlabs(CpuBlock* block, SlabDescriptor* first)
    {
        if (first == null)
            return;
        for (SlabDescriptor* slab = first; slab != null; slab = slab->Next)
            _owner.ReleaseFrames(slab->Page, Geometry.Order);
        // Before anybody else has the frames.
        _owner.ForgetReleased(this);
        for (SlabDescriptor* slab = first; slab != null;)
        {
            SlabDescriptor* next = slab->Next;
            page* page = slab->Page;
            if (Geometry.IsOffSlab)
                _owner.Free(block, _owner.DescriptorCache, slab);
            _owner.Pages.Free(block, page, (uint)Geometry.Order);
            slab = next;
        }
    }
}
