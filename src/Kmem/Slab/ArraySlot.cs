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
    /// <summary>
    /// Bytes from slot to slot: not a power of two, so that the heads of slots do not share cache sets. Behind a full array there is a place more, in which there is never anything.
    /// </summary>
    public const int Stride = 56 + Sheaf.Room * 8;

    /// <summary>Bytes of the slots of all caches.</summary>
    public const nuint AllBytes = (nuint)Stride * FrameOwner.MaxCaches;

    /// <summary>Objects in the array.</summary>
    public uint Count;

    /// <summary>How many it may hold; the spare sheaf too.</summary>
    public uint Capacity;

    /// <summary>Where in a free object its mark is.</summary>
    public nuint MarkOffset;

    /// <summary>Bytes of a slab less one: slabs are aligned to their size.</summary>
    public uint SlabMask;

    /// <summary>Bytes that a slab's objects take together.</summary>
    public uint Limit;

    /// <summary>2^64 / object size, rounded up: a product with it tells whether an offset is a multiple of the size, without a division.</summary>
    public ulong Reciprocal;

    /// <summary>The spare sheaf.</summary>
    public Sheaf* Spare;

    /// <summary>Objects in the spare sheaf.</summary>
    public uint SpareCount;

    /// <summary>The first of the object pointers; the others follow.</summary>
    public ulong FirstObject;

    /// <summary>Objects in the array and the spare sheaf.</summary>
    public readonly uint Total => Count + SpareCount;

    /// <summary>The slot of a cache in a thread's block.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArraySlot* Of(CpuBlock* block, nuint number) => At(block, OffsetOf(number));

    /// <summary>The slot at an offset of <see cref="OffsetOf"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ArraySlot* At(CpuBlock* block, nuint offset) => (ArraySlot*)((byte*)block + CpuBlock.HeaderBytes + offset);

    /// <summary>Where a cache's slot is among a thread's slots.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint OffsetOf(nuint number) => number * Stride;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void** Objects(ArraySlot* slot) => (void**)&slot->FirstObject;

    /// <summary>Takes the object that was put in last; false if there is none. The caller holds the block.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="markOffset">The slot's, or what is known of it.</param>
    /// <param name="obj">The object.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPop(ArraySlot* slot, nuint markOffset, out void* obj)
    {
        nint last = (nint)slot->Count - 1;
        if (last < 0)
        {
            obj = null;
            return false;
        }
        obj = Objects(slot)[last];
        slot->Count = (uint)last;
        FreeMark.Remove(obj, markOffset);
        return true;
    }

    /// <summary>
    /// Puts back the object that was taken last, unless it is free already; false for all others. No other check is needed: what stands in the array is an object of the cache, as
    /// <see cref="Forget"/> takes out what is one no more. The caller holds the block.
    /// </summary>
    /// <param name="slot">The slot of the cache it is said to be of.</param>
    /// <param name="obj">The object.</param>
    /// <param name="markOffset">The slot's, or what is known of it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPutBack(ArraySlot* slot, void* obj, nuint markOffset)
    {
        nuint count = slot->Count;
        if (Objects(slot)[count] != obj || obj == null || FreeMark.IsSet(obj, markOffset))
            return false;
        FreeMark.Set(obj, markOffset);
        slot->Count = (uint)count + 1;
        return true;
    }

    /// <summary>
    /// Puts an object in; false if there is no room, if it is not the start of an object, or free already. The object that was taken last needs the last of these checks only: that
    /// it has been here shows the others. The caller holds the block.
    /// </summary>
    /// <param name="slot">The slot of the cache that owns the object's frame.</param>
    /// <param name="obj">The object.</param>
    /// <param name="colourBytes">By how much its slab is shifted.</param>
    /// <param name="markOffset">The slot's, or what is known of it.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPush(ArraySlot* slot, void* obj, uint colourBytes, nuint markOffset)
    {
        nuint count = slot->Count;
        void** place = Objects(slot) + count;
        // All in one expression: of a nested method's result the compiler makes a value first, which it then tests.
        if ((*place != obj
                && ((uint)count >= slot->Capacity
                    || ((((uint)obj - colourBytes) & slot->SlabMask) is var inSlab && (inSlab >= slot->Limit || inSlab * slot->Reciprocal >= slot->Reciprocal))))
            || FreeMark.IsSet(obj, markOffset))
        {
            return false;
        }
        FreeMark.Set(obj, markOffset);
        *place = obj;
        slot->Count = (uint)count + 1;
        return true;
    }

    /// <summary>Takes out the addresses of objects that were taken and are none any more, their slabs being released. The slot's thread may be at work.</summary>
    public static void Forget(ArraySlot* slot, Predicate<nint> isObject)
    {
        if (slot->Spare == null)
            return;
        for (int i = 0; i < Sheaf.Room; i++)
        {
            ref nint place = ref ((nint*)Objects(slot))[i];
            nint taken = Volatile.Read(ref place);
            // The thread may be putting something else there.
            if (taken != 0 && !isObject(taken))
                Interlocked.CompareExchange(ref place, 0, taken);
        }
    }

    /// <summary>Fills the empty array with a sheaf's objects.</summary>
    public static void Load(ArraySlot* slot, Sheaf* sheaf, uint count)
    {
        new ReadOnlySpan<nint>(Sheaf.ObjectsOf(sheaf), (int)count).CopyTo(new Span<nint>(Objects(slot), Sheaf.Room));
        slot->Count = count;
    }

    /// <summary>Takes all objects out of the spare sheaf; returns how many.</summary>
    public static int TakeSpare(ArraySlot* slot, void** objects)
    {
        int count = (int)slot->SpareCount;
        new ReadOnlySpan<nint>(Sheaf.ObjectsOf(slot->Spare), count).CopyTo(new Span<nint>(objects, count));
        slot->SpareCount = 0;
        return count;
    }

    /// <summary>Moves all objects from the array to the empty spare sheaf.</summary>
    public static void Unload(ArraySlot* slot)
    {
        new ReadOnlySpan<nint>(Objects(slot), (int)slot->Count).CopyTo(new Span<nint>(Sheaf.ObjectsOf(slot->Spare), Sheaf.Room));
        slot->SpareCount = slot->Count;
        slot->Count = 0;
    }
}
