using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kmem.Slab;

/// <summary>
/// The general caches behind kmalloc: powers of two from 32 bytes to 128 KiB, with 96 and 192 between. The number of a class is the number of its cache.
/// </summary>
internal static class SizeClass
{
    public const int Count = 15;
    public const nuint Largest = 128 * 1024;

    /// <summary>Where all classes have their marks: the last word of the smallest.</summary>
    public const nuint MarkOffset = 32 - sizeof(ulong);

    /// <summary>Number of the first cache for DMA memory; the classes follow in the same order.</summary>
    public const int FirstDma = Count + 1;

    /// <summary>The last number of a general cache.</summary>
    public const int Last = 2 * Count;

    private static ReadOnlySpan<uint> Sizes => [32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072];

    private const int StepShift = 5;
    private const ushort Slot = ArraySlot.Stride;

    // A table, because sizes that vary would make the processor guess wrong at comparisons; the compiler looks constants up itself.
    private static ReadOnlySpan<ushort> OffsetOfSteps =>
    [
        1 * Slot, 2 * Slot, 3 * Slot, 4 * Slot, 5 * Slot, 5 * Slot, 6 * Slot, 6 * Slot, 7 * Slot, 7 * Slot, 7 * Slot, 7 * Slot, 7 * Slot, 7 * Slot, 7 * Slot, 7 * Slot,
        8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot, 8 * Slot,
        9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot,
        9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot, 9 * Slot,
        10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot,
        10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot,
        10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot,
        10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot, 10 * Slot,
    ];

    /// <summary>The class, from 1, of 1 to 128 KiB bytes.</summary>
    public static int Of(nuint size)
    {
        bool isServed = TryGetOffset(size, out nuint offset);
        Debug.Assert(isServed);
        return (int)(offset / Slot);
    }

    /// <summary>Where among a thread's slots the one of a size's class is; false for no bytes and for more than the largest class has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryGetOffset(nuint size, out nuint offset)
    {
        if (size - 1 < (nuint)OffsetOfSteps.Length << StepShift)
        {
            offset = Unsafe.Add(ref MemoryMarshal.GetReference(OffsetOfSteps), (size - 1) >> StepShift);
            return true;
        }
        offset = ArraySlot.OffsetOf((nuint)BitOperations.Log2((uint)size - 1) - 1);
        return size - 1 < Largest;
    }

    public static uint SizeOf(int number) => Sizes[(number - 1) % Count];

    public static string NameOf(int number) => (number >= FirstDma ? "dma-kmalloc-" : "kmalloc-") + SizeOf(number);

    /// <summary>True if this owner of a frame serves kmalloc: its slabs have no colours, so it is a number alone. True for 0, no owner, too: no slot of that number is in use.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsGeneralOrNone(uint owner) => owner <= Last;

    /// <summary>True if the cache with this number serves kmalloc.</summary>
    public static bool IsGeneral(uint number) => number - 1 < Last;
}
