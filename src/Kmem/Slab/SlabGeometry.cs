using Kmem.Physical;

namespace Kmem.Slab;

/// <summary>How a cache's objects lie in its slabs: the smallest slab that wastes at most an eighth.</summary>
internal sealed class SlabGeometry
{
    private const int LargestOrder = 5;
    private const uint Word = 8, CacheLine = 64;
    private const uint OffSlabFrom = 512;

    private SlabGeometry()
    {
    }

    /// <summary>Bytes from object to object.</summary>
    public uint Stride { get; private init; }

    public uint Align { get; private init; }

    /// <summary>
    /// Where in a free object its mark is: at the end of its first cache line, because programs often write just the first bytes, and reading a word that was
    /// written in part stalls the processor; behind the object if a constructor's state must stay. General caches have it in one place, so that kmalloc and kfree need not ask.
    /// </summary>
    public uint MarkOffset { get; private init; }

    /// <summary>Where in the slab the first object begins: behind a guard word, if there is one.</summary>
    public uint ObjectOffset { get; private init; }

    /// <summary>Where behind an object its debug record is; 0: none.</summary>
    public uint RecordOffset { get; private init; }

    public int Order { get; private set; }

    public uint ObjectsPerSlab { get; private set; }

    /// <summary>Slabs of different colours start their objects on different cache lines; 1: one colour.</summary>
    public uint Colours { get; private set; }

    /// <summary>True if the slab's descriptor lies elsewhere, so that large objects do not waste a page to it.</summary>
    public bool IsOffSlab { get; private init; }

    public uint SlabBytes => (uint)PhysicalMemory.PageSize << Order;

    /// <summary>Where the descriptor of an on-slab cache begins in its slab.</summary>
    public uint DescriptorOffset => SlabBytes - SlabDescriptor.BytesFor(ObjectsPerSlab);

    public static SlabGeometry For(uint size, uint align, slab_flags_t flags, bool hasConstructor, bool hasRecord = false, bool isGeneral = false)
    {
        align = Math.Max(align, Word);
        if ((flags & slab_flags_t.SLAB_HWCACHE_ALIGN) != 0)
            align = Math.Max(align, LineAlign(size));
        uint stride = RoundUp(Math.Max(size, Word), Word);
        uint objectOffset = hasRecord ? align : 0;
        uint recordOffset = hasRecord ? stride : 0;
        uint markOffset = isGeneral ? (uint)SizeClass.MarkOffset : Math.Min(stride, CacheLine) - Word;
        if (hasRecord)
            stride += (uint)System.Runtime.CompilerServices.Unsafe.SizeOf<ObjectDebug.Record>();
        if (hasConstructor || hasRecord)
        {
            markOffset = stride;
            stride += Word;
        }
        uint guard = hasRecord ? Word : 0;
        SlabGeometry geometry = new()
        {
            Stride = RoundUp(stride + guard, align),
            Align = align,
            MarkOffset = markOffset,
            ObjectOffset = objectOffset,
            RecordOffset = recordOffset,
            IsOffSlab = stride >= OffSlabFrom,
        };
        geometry.ChooseOrder();
        geometry.Colours = !isGeneral && align <= CacheLine ? Math.Min(geometry.Waste / FrameOwner.ColourBytes + 1, FrameOwner.MaxColours) : 1;
        return geometry;
    }

    /// <summary>True if an object begins at this address of the direct map, in a slab of this colour.</summary>
    public bool IsObject(nuint offset, uint colour)
    {
        uint inSlab = ((uint)offset & (SlabBytes - 1)) - colour * FrameOwner.ColourBytes - ObjectOffset;
        return inSlab < ObjectsPerSlab * Stride && inSlab % Stride == 0;
    }

    private uint Waste => SlabBytes - BytesFor(ObjectsPerSlab);

    // The guard word of an object lies behind the object before, that of the first in front of it.
    private uint BytesFor(uint objects) => LeadIn + objects * Stride + (IsOffSlab ? 0 : SlabDescriptor.BytesFor(objects));

    private uint LeadIn => ObjectOffset > 0 ? ObjectOffset - Word : 0;

    private void ChooseOrder()
    {
        for (Order = 0; ; Order++)
        {
            ObjectsPerSlab = Fit();
            if (ObjectsPerSlab > 0 && (Waste * 8 <= SlabBytes || Order >= LargestOrder))
                return;
        }
    }

    private uint Fit()
    {
        uint count = SlabBytes / Stride;
        while (count > 0 && BytesFor(count) > SlabBytes)
            count--;
        return count;
    }

    // A small object shares its line with others of the same cache as long as it does not straddle two.
    private static uint LineAlign(uint size)
    {
        uint align = CacheLine;
        while (size <= align / 2 && align > Word)
            align /= 2;
        return align;
    }

    private static uint RoundUp(uint value, uint to) => (value + to - 1) / to * to;
}
