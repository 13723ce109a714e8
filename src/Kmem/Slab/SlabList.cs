namespace Kmem.Slab;

/// <summary>A list of slabs, linked through their descriptors.</summary>
internal unsafe struct SlabList
{
    public SlabDescriptor* First { get; private set; }

    public int Count { get; private set; }

    public void Add(SlabDescriptor* slab)
    {
        slab->Previous = null;
        slab->Next = First;
        if (First != null)
            First->Previous = slab;
        First = slab;
        Count++;
    }

    public void Remove(SlabDescriptor* slab)
    {
        if (slab->Previous != null)
            slab->Previous->Next = slab->Next;
        else
            First = slab->Next;
        if (slab->Next != null)
            slab->Next->Previous = slab->Previous;
        Count--;
    }
}

/// <summary>The slabs of one cache on one node, by how full they are.</summary>
internal sealed class NodeSlabs
{
    public SlabList Full;
    public SlabList Partial;
    public SlabList Empty;

    /// <summary>The list a slab with so many free objects belongs on.</summary>
    public ref SlabList ListFor(uint free, uint objects)
    {
        if (free == 0)
            return ref Full;
        if (free == objects)
            return ref Empty;
        return ref Partial;
    }
}
