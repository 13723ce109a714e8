using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kmem.Execution;

namespace Kmem.Slab;

/// <summary>
/// A thread's array of free objects of one cache: the hot path pops and pushes here and touches nothing shared. All zero is a slot not in use: its
/// count and capacity of 0 send both paths to the slow ones, which is also how caches with debugging and destroyed caches are served.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = Stride)]
internal unsafe struct ArraySlot
{
    public const int MaxCapacity = 60;

    /// <summary>Bytes from slot to slot: not a power of two, so that the heads of slots do not share cache sets.</summary>
    public const int Stride = 32 + MaxCapacity * 8 + 16;

    /// <summary>Bytes of the slots of all caches.</summary>
    public const nuint AllBytes = (nuint)Stride * FrameOwner.MaxCaches;

    /// <summary>Objects in the array.</summary>
    public int Count;

    /// <summary>How many it may hold.</summary>
    public int Capacity;

    /// <summary>Bytes of a slab less one: slabs are aligned to their size.</summary>
    public uint SlabMask;

    /// <summary>Bytes that a slab's objects take together.</summary>
    public uint Limit;

    /// <summary>2^64 / object size, rounded up: a product with it tells whether an offset is a multiple of the size, without a division.</summary>
    public ulong Reciprocal;
    /// <summary>Where in a free object its mark is.</summary>
    public uint MarkOffset;

    /// <summary>The first of the object pointers; the others follow.</summary>
    public ulong FirstObject;

    /// <summary>The slot of a cache in a thread's block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArraySlot* Of(CpuBlock* block, uint number) => (ArraySlot*)((byte*)block + CpuBlock.HeaderBytes + number * (nuint)Stride);

    /// <summary>Offset of a cache's slot in a thread's block.</summary>
    public static int OffsetOf(int number) => CpuBlock.HeaderBytes + number * Stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void** Objects(ArraySlot* slot) => (void**)&slot->FirstObject;

    /// <summary>True if an object of the slot's cache begins at this offset of the direct map, in a slab of this colour.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsObject(ArraySlot* slot, nuint offset, uint colour)
    {
        uint inSlab = ((uint)offset & slot->SlabMask) - colour * FrameOwner.ColourBytes;
        return inSlab < slot->Limit && inSlab * slot->Reciprocal <= slot->Reciprocal - 1;
    }
}
