using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kmem.Execution;

namespace Kmem.Slab;

/// <summary>
/// A thread's free objects of one cache: the hot path pops and pushes here and touches nothing shared. Behind the array in the slot there is a spare sheaf, full or empty,
/// which takes over what the array has no room for and fills it when it is empty, so that going back and forth at an end costs little. All zero is a slot not in use: its
/// count and capacity of 0 send both paths to the slow ones, which is also how caches with debugging and destroyed caches are served.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Stride)]
internal unsafe struct ArraySlot
{
    /// <summary>Bytes from slot to slot: not a power of two, so that the heads of slots do not share cache sets.</summary>
    public const int Stride = 48 + Sheaf.Room * 8;

    /// <summary>Bytes of the slots of all caches.</summary>
    public const nuint AllBytes = (nuint)Stride * FrameOwner.MaxCaches;

    /// <summary>Objects in the array.</summary>
    public uint Count;

    /// <summary>How many it may hold; the spare sheaf too.</summary>
    public uint Capacity;

    /// <summary>Bytes of a slab less one: slabs are aligned to their size.</summary>
    public uint SlabMask;

    /// <summary>Bytes that a slab's objects take together.</summary>
    public uint Limit;

    /// <summary>2^64 / object size, rounded up: a product with it tells whether an offset is a multiple of the size, without a division.</summary>
    public ulong Reciprocal;

    /// <summary>Where in a free object its mark is.</summary>
    public uint MarkOffset;

    /// <summary>Objects in the spare sheaf.</summary>
    public uint SpareCount;

    /// <summary>The spare sheaf.</summary>
    public Sheaf* Spare;

    /// <summary>The first of the object pointers; the others follow.</summary>
    public ulong FirstObject;

    /// <summary>Objects in the array and the spare sheaf.</summary>
    public readonly uint Total => Count + SpareCount;

    /// <summary>The slot of a cache in a thread's block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArraySlot* Of(CpuBlock* block, uint number) => At(block, OffsetOf(number));

    /// <summary>The slot at an offset of <see cref="OffsetOf"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArraySlot* At(CpuBlock* block, nuint offset) => (ArraySlot*)((byte*)block + CpuBlock.HeaderBytes + offset);

    /// <summary>Where a cache's slot is among a thread's slots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint OffsetOf(uint number) => number * (nuint)Stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void** Objects(ArraySlot* slot) => (void**)&slot->FirstObject;

    /// <summary>True if an object of the slot's cache begins at this offset of the direct map, in a frame of this owner.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsObject(ArraySlot* slot, nuint offset, uint owner)
    {
        uint inSlab = ((uint)offset - FrameOwner.ColourBytesOf(owner)) & slot->SlabMask;
        return inSlab < slot->Limit && inSlab * slot->Reciprocal < slot->Reciprocal;
    }

    /// <summary>Takes the object that was put in last; false if there is none. The caller holds the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPop(ArraySlot* slot, out void* obj)
    {
        uint count = slot->Count;
        if (count == 0)
        {
            obj = null;
            return false;
        }
        count--;
        obj = Objects(slot)[count];
        slot->Count = count;
        FreeMark.Clear(obj, slot->MarkOffset);
        return true;
    }

    /// <summary>Puts an object in; false if there is no room, if it is not the start of an object, or free already. The caller holds the block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPush(ArraySlot* slot, void* obj, nuint offset, uint owner)
    {
        uint count = slot->Count;
        if (count >= slot->Capacity || !IsObject(slot, offset, owner) || FreeMark.IsSet(obj, slot->MarkOffset))
            return false;
        FreeMark.Set(obj, slot->MarkOffset);
        Objects(slot)[count] = obj;
        slot->Count = count + 1;
        return true;
    }

    /// <summary>Fills the empty array with a sheaf's objects.</summary>
    public static void Load(ArraySlot* slot, Sheaf* sheaf, uint count)
    {
        new ReadOnlySpan<nint>(Sheaf.ObjectsOf(sheaf), (int)count).CopyTo(new Span<nint>(Objects(slot), Sheaf.Room));
        slot->Count = count;
    }

    /// <summary>Moves all objects from the array to the empty spare sheaf.</summary>
    public static void Unload(ArraySlot* slot)
    {
        new ReadOnlySpan<nint>(Objects(slot), (int)slot->Count).CopyTo(new Span<nint>(Sheaf.ObjectsOf(slot->Spare), Sheaf.Room));
        slot->SpareCount = slot->Count;
        slot->Count = 0;
    }
}
