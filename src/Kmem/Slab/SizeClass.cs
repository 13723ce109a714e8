using System.Numerics;
using System.Runtime.CompilerServices;

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

    /// <summary>The class, from 1, of 1 to 128 KiB bytes. By comparisons, so that a constant size costs nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Of(nuint size)
    {
        if (size <= 32)
            return 1;
        if (size <= 64)
            return 2;
        if (size <= 96)
            return 3;
        if (size <= 128)
            return 4;
        return size <= 192 ? 5u : (uint)BitOperations.Log2((uint)size - 1) - 1;
    }

    public static uint SizeOf(int number) => Sizes[(number - 1) % Count];

    /// <summary>Where in a free object of a class its mark is: what <see cref="SlabGeometry"/> finds, as constants.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint MarkOffsetOf(uint number) => number == 1 ? 24u : 56u;

    public static string NameOf(int number) => (number >= FirstDma ? "dma-kmalloc-" : "kmalloc-") + SizeOf(number);

    /// <summary>True if the cache with this number serves kmalloc.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsGeneral(uint number) => number - 1 < Last;
}
