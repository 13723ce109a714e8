using Kmem.Platform;

namespace Kmem.Physical;

/// <summary>
/// The frames of the machine and the direct map of the low ones: address and frame number are a subtraction and a shift apart.
/// </summary>
internal sealed unsafe class PhysicalMemory : IDisposable
{
    public const int PageShift = 12;
    public const nuint PageSize = HostMemory.PageSize;

    /// <summary>Largest block of the page allocator; the direct map is aligned to it so that blocks are aligned by address too.</summary>
    public const nuint LargestBlock = 4u << 20;

    private const nuint X86DirectMapLimit = 896u << 20;

    public PhysicalMemory(nuint bytes, MachineLayout layout, bool portable)
    {
        Layout = layout;
        Bytes = bytes & ~(PageSize - 1);
        LowBytes = layout == MachineLayout.X86 ? nuint.Min(Bytes, X86DirectMapLimit) : Bytes;
        Host = HostMemory.Open(Bytes, portable);
        try
        {
            DirectMap = Host.MapDirect(LowBytes, LargestBlock);
        }
        catch
        {
            Host.Dispose();
            throw;
        }
    }

    public HostMemory Host { get; }

    public MachineLayout Layout { get; }

    public nuint Bytes { get; }

    /// <summary>Bytes that have a permanent address; the rest is high memory.</summary>
    public nuint LowBytes { get; }

    public byte* DirectMap { get; }

    public uint FrameCount => (uint)(Bytes >> PageShift);

    public uint LowFrameCount => (uint)(LowBytes >> PageShift);

    /// <summary>True if the address lies in the direct map.</summary>
    public bool IsDirectMapped(void* address) => (nuint)address - (nuint)DirectMap < LowBytes;

    public byte* AddressOf(uint frame) => DirectMap + ((nuint)frame << PageShift);

    public uint FrameOf(void* address) => (uint)(((nuint)address - (nuint)DirectMap) >> PageShift);

    public void Dispose() => Host.Dispose();
}
