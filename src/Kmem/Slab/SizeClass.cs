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
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(nuint size) => size <= (nuint)ClassOfSteps.Length << StepShift
        ? Unsafe.Add(ref MemoryMarshal.GetReference(ClassOfSteps), (size - 1) >> StepShift)
        : (uint)BitOperations.Log2((uint)size - 1) - 1;

    public static uint SizeOf(int number) => Sizes[(number - 1) % Count];

    public static string NameOf(int number) => (number >= FirstDma ? "dma-kmalloc-" : "kmalloc-") + SizeOf(number);

    /// <summary>True if the cache with this number serves kmalloc.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsGeneral(uint number) => number - 1 < Last;
}
