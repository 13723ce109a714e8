using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kmem.Execution;
using Kmem.Observation;
using Kmem.Pages;
using Kmem.Slab;

namespace Kmem;

/// <summary>
/// A cache of objects of one size. Three tiers: each thread's array (<see cref="ArraySlot"/>), an array that all threads share, and the slabs; a batch at a
/// time moves between them, behind the cache's lock. Source: Linux Kernel Development, 3rd ed., ch. 12, "Slab Layer".
/// </summary>
public sealed unsafe class kmem_cache
{
    private const int ArrayBytes = 8 * 1024, LeastArray = 6;
    private const int SharedBytes = 256 * 1024, MostShared = 2000;
    private const uint EmptyBytes = 256 * 1024;

    private readonly SlabAllocator _owner;
    private readonly NodeSlabs[] _nodes;
    private readonly nint[] _shared;
    private int _sharedCount;
    private uint _nextColour;
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
        Capacity = Math.Clamp(ArrayBytes / (int)geometry.Stride, LeastArray, ArraySlot.MaxCapacity);
        Batch = Capacity / 2;
        _shared = new nint[Math.Clamp(SharedBytes / (int)geometry.Stride, Capacity, MostShared)];
        _nodes = new NodeSlabs[owner.Pages.Nodes];
        for (int i = 0; i < _nodes.Length; i++)
            _nodes[i] = new NodeSlabs();
        FastOffset = ArraySlot.OffsetOf(owner.IsProcessWide ? number : 0);
    }

    internal string Name { get; }

    /// <summary>Bytes a user of an object may touch.</summary>
    internal nuint ObjectSize { get; }

    internal SlabGeometry Geometry { get; }

    internal slab_flags_t Flags { get; }

    internal ctor_t? Constructor { get; }

    /// <summary>Which slot of a thread's block is this cache's; 0 once it is destroyed.</summary>
    internal int Number { get; private set; }

    /// <summary>The slot as the static face finds it: the always empty one if the cache is destroyed or of a machine of its own.</summary>
    internal int FastOffset { get; private set; }

    /// <summary>Objects a thread keeps at most, and how many move at a time.</summary>
    internal int Capacity { get; private set; }

    internal int Batch { get; private set; }

    internal SlabAllocator Owner => _owner;

    /// <summary>The checks of its objects; null: none, and the hot paths serve it.</summary>
    internal ObjectDebug? Debug { get; }

    /// <summary>Sets how many objects a thread keeps ready, and how many move at a time: what writing to /proc/slabinfo does. May sleep.</summary>
    /// <param name="limit">1 to 60.</param>
    /// <param name="batchcount">1 to <paramref name="limit"/>.</param>
    public void Tune(int limit, int batchcount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, ArraySlot.MaxCapacity);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchcount, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(batchcount, limit);
        Capacity = limit;
        Batch = batchcount;
        _owner.EmptySlots(this);
    }

    /// <summary>Takes up to <paramref name="want"/> free objects, first those freed last; 0 if a new slab is needed.</summary>
    internal int Take(void** objects, int want, int node)
    {
        _lock.Enter();
        int taken = TakeShared(objects, want);
        for (int i = 0; taken < want && i < _nodes.Length; i++)
            taken += TakeFromSlabs(_nodes[(node + i) % _nodes.Length], objects + taken, want - taken);
        _lock.Exit();
        return taken;
    }

    /// <summary>Takes free objects that checks have passed. Throws, when all are in, if the slab of one showed it free already.</summary>
    internal void Give(CpuBlock* block, void** objects, int count)
    {
        SlabDescriptor* surplus = null;
        _lock.Enter();
        void* freedTwice = Store(objects, count);
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
        void* freedTwice = Store(objects, count);
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

    /// <summary>Moves the shared array into the slabs and frees the empty ones; returns the frames freed.</summary>
    internal nuint Shrink(CpuBlock* block)
    {
        SlabDescriptor* surplus = null;
        void* freedTwice = null;
        _lock.Enter();
        while (_sharedCount > 0)
        {
            void* obj = (void*)_shared[--_sharedCount];
            if (!GiveToSlab(obj))
                freedTwice = obj;
        }
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

    /// <summary>True if no slab has an object that is allocated or in an array.</summary>
    internal bool IsUnused()
    {
        _lock.Enter();
        bool unused = _sharedCount == 0;
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

    /// <summary>Prepares a thread's slot for this cache.</summary>
    internal void Fit(ArraySlot* slot)
    {
        slot->SlabMask = Geometry.SlabBytes - 1;
        slot->Limit = Geometry.ObjectsPerSlab * Geometry.Stride;
        slot->Reciprocal = ulong.MaxValue / Geometry.Stride + 1;
        slot->MarkOffset = Geometry.MarkOffset;
        slot->Capacity = Capacity;
    }

    /// <summary>Numbers of slabs and of objects that are not in a slab; the latter are allocated or in arrays.</summary>
    internal (int Slabs, int ActiveSlabs, int OutOfSlabs, int Shared) Count()
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
        int shared = _sharedCount;
        _lock.Exit();
        return (slabs, active, objects, shared);
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
        for (int i = 0; i < _sharedCount; i++)
            valid &= FreeMark.IsSet((void*)_shared[i], Geometry.MarkOffset);
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

    private int TakeShared(void** objects, int want)
    {
        int taken = Math.Min(want, _sharedCount);
        _sharedCount -= taken;
        for (int i = 0; i < taken; i++)
            objects[i] = (void*)_shared[_sharedCount + i];
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

    // To the shared array while it has room, the last freed on top; the rest to their slabs.
    private void* Store(void** objects, int count)
    {
        void* freedTwice = null;
        int kept = Debug != null ? 0 : Math.Min(count, _shared.Length - _sharedCount);
        for (int i = 0; i < count - kept; i++)
        {
            if (!GiveToSlab(objects[i]))
                freedTwice = objects[i];
        }
        for (int i = count - kept; i < count; i++)
            _shared[_sharedCount++] = (nint)objects[i];
        return freedTwice;
    }

    private bool GiveToSlab(void* obj)
    {
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
        uint colour = (Interlocked.Increment(ref _nextColour) - 1) % Geometry.Colours;
        slab->Objects = start + colour * FrameOwner.ColourBytes + Geometry.ObjectOffset;
        slab->Page = page;
        slab->Node = _owner.Pages.Zones[page->ZoneIndex].Node;
        SlabDescriptor.Reset(slab, Geometry.ObjectsPerSlab);
        PrepareObjects(slab);
        _owner.ClaimFrames(slab, Geometry.Order, FrameOwner.Pack(Number, colour));
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

    private void DestroySlabs(CpuBlock* block, SlabDescriptor* slab)
    {
        while (slab != null)
        {
            SlabDescriptor* next = slab->Next;
            page* page = slab->Page;
            _owner.ReleaseFrames(page, Geometry.Order);
            if (Geometry.IsOffSlab)
                _owner.Free(block, _owner.DescriptorCache, slab);
            _owner.Pages.Free(block, page, (uint)Geometry.Order);
            slab = next;
        }
    }
}
