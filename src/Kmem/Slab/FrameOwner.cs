using System.Runtime.CompilerServices;

namespace Kmem.Slab;

/// <summary>The two bytes a frame has in the owner map: number of the cache in the low bits, colour of the slab above.</summary>
internal static class FrameOwner
{
    public const int NumberBits = 11;
    public const uint NumberMask = (1u << NumberBits) - 1;

    /// <summary>Caches a machine can have; number 0 is no cache.</summary>
    public const int MaxCaches = 1 << NumberBits;
    public const uint MaxColours = 1u << (16 - NumberBits);

    /// <summary>Bytes one colour shifts a slab's objects: a cache line.</summary>
    public const uint ColourBytes = 1u << ColourShift;

    private const int ColourShift = 6;

    public static ushort Pack(int number, uint colour) => (ushort)((uint)number | (colour << NumberBits));

    /// <summary>Bytes by which the owner's slab is shifted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint ColourBytesOf(uint owner) => (owner >> (NumberBits - ColourShift)) & ~(ColourBytes - 1);
}
