using System.Numerics;

namespace Kmem.Slab;

/// <summary>One slab: where its objects are, and a bitmap of the free ones. Lies at the end of the slab or in a general cache.</summary>
internal unsafe struct SlabDescriptor
{
    private const uint BitsPerWord = 64;

    public SlabDescriptor* Next;
    public SlabDescriptor* Previous;
    public byte* Objects;
    public page* Page;
    public uint FreeCount;
    public int Node;
    public ulong FirstWord;

    /// <summary>Bytes of a descriptor for a slab of so many objects.</summary>
    public static uint BytesFor(uint objects) => (uint)sizeof(SlabDescriptor) - sizeof(ulong) + WordsFor(objects) * sizeof(ulong);

    /// <summary>Marks all objects free.</summary>
    public static void Reset(SlabDescriptor* slab, uint objects)
    {
        ulong* words = &slab->FirstWord;
        for (uint i = 0; i < objects / BitsPerWord; i++)
            words[i] = ulong.MaxValue;
        if (objects % BitsPerWord != 0)
            words[objects / BitsPerWord] = (1ul << (int)(objects % BitsPerWord)) - 1;
        slab->FreeCount = objects;
    }

    /// <summary>Takes up to <paramref name="want"/> free objects, the lowest first; returns how many.</summary>
    public static int Take(SlabDescriptor* slab, SlabGeometry geometry, void** objects, int want)
    {
        ulong* words = &slab->FirstWord;
        int taken = 0;
        for (uint word = 0; taken < want && word < WordsFor(geometry.ObjectsPerSlab); word++)
        {
            for (; words[word] != 0 && taken < want; words[word] &= words[word] - 1)
                objects[taken++] = slab->Objects + (word * BitsPerWord + (uint)BitOperations.TrailingZeroCount(words[word])) * geometry.Stride;
        }
        slab->FreeCount -= (uint)taken;
        return taken;
    }

    /// <summary>Marks an object free; false if it is free already.</summary>
    public static bool TryGive(SlabDescriptor* slab, SlabGeometry geometry, void* obj)
    {
        uint index = IndexOf(slab, geometry, obj);
        ulong bit = 1ul << (int)(index % BitsPerWord);
        ulong* word = &slab->FirstWord + index / BitsPerWord;
        if ((*word & bit) != 0)
            return false;
        *word |= bit;
        slab->FreeCount++;
        return true;
    }

    public static bool IsFree(SlabDescriptor* slab, uint index) =>
        (*(&slab->FirstWord + index / BitsPerWord) & (1ul << (int)(index % BitsPerWord))) != 0;

    public static uint IndexOf(SlabDescriptor* slab, SlabGeometry geometry, void* obj) =>
        (uint)((nuint)obj - (nuint)slab->Objects) / geometry.Stride;

    private static uint WordsFor(uint objects) => (objects + BitsPerWord - 1) / BitsPerWord;
}
