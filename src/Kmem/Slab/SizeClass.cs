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
    public const uint MarkOffset = 32 - sizeof(ulong);

    /// <summary>Number of the first cache for DMA memory; the classes follow in the same order.</summary>
    public const int FirstDma = Count + 1;

    /// <summary>The last number of a general cache.</summary>
    public const int Last = 2 * Count;

    private static ReadOnlySpan<uint> Sizes => [32, 64, 96, 128, 192, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072];

    private const int StepShift = 5;

    // A table, because sizes that vary would make the processor guess wrong at comparisons; the compiler looks constants up itself.
    private static ReadOnlySpan<byte> ClassOfSteps =>
    [
        1, 2, 3, 4, 5, 5, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
        9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9,
        10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10,
        10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10,
    ];

    /// <summary>The class, from 1, of 1 to 128 KiB bytes.</summary>
    public static nuint Of(nuint size)
    {
        bool isServed = TryGet(size, out nuint number);
        Debug.Assert(isServed);
        return number;
    }

    /// <summary>The class, from 1, of a size; false for no bytes and for more than the largest class has.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryGet(nuint size, out nuint number)
    {
        if (size - 1 < (nuint)ClassOfSteps.Length << StepShift)
        {
            number = Unsafe.Add(ref MemoryMarshal.GetReference(ClassOfSteps), (size - 1) >> StepShift);
            return true;
        }
        number = (nuint)BitOperations.Log2((uint)size - 1) - 1;
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
