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
    public const uint ColourBytes = 64;

    public static ushort Pack(int number, uint colour) => (ushort)((uint)number | (colour << NumberBits));
}
