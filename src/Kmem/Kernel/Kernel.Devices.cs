using System.Diagnostics.CodeAnalysis;
using Kmem.Annotations;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Allocates zeroed, physically contiguous memory that the device reaches. Sleeps only if the flags contain __GFP_WAIT. Source: Documentation/DMA-API.txt.</summary>
    /// <param name="dev">The device; its mask limits the addresses.</param>
    /// <param name="size">Bytes, at most 4 MiB.</param>
    /// <param name="dma_handle">The memory's address as the device sees it.</param>
    /// <param name="flags">How; the device decides the zone.</param>
    /// <returns>The memory, page aligned; null without memory inside the mask.</returns>
    [return: Allocates("dma", Zeroed = true)]
    public static void* dma_alloc_coherent(device dev, nuint size, out dma_addr_t dma_handle, [GfpFlags] gfp_t flags)
    {
        ArgumentNullException.ThrowIfNull(dev);
        return Booted.Machine.Coherent.Allocate(Booted.Block, dev, size, out dma_handle, flags);
    }

    /// <summary>Frees memory of <see cref="dma_alloc_coherent"/>. May sleep. Source: Documentation/DMA-API.txt.</summary>
    /// <param name="dev">The device it was allocated for.</param>
    /// <param name="size">The bytes that were asked for.</param>
    /// <param name="vaddr">The memory; not null.</param>
    /// <param name="dma_handle">Its address as the device sees it.</param>
    /// <exception cref="KernelBugException">Not such memory, a double free, or another device, size or handle.</exception>
    [MightSleep]
    public static void dma_free_coherent(device dev, nuint size, [Frees("dma"), DisallowNull] void* vaddr, dma_addr_t dma_handle)
    {
        ArgumentNullException.ThrowIfNull(dev);
        Booted.MightSleep();
        Booted.Machine.Coherent.Free(Booted.Block, dev, size, vaddr, dma_handle);
    }

    /// <summary>Gives registers of a device an address. May sleep. Source: Documentation/bus-virt-phys-mapping.txt.</summary>
    /// <param name="phys_addr">Their physical address.</param>
    /// <param name="size">Bytes.</param>
    /// <returns>The address, for <see cref="readl"/> and <see cref="writel"/>; null if the range is not inside one device.</returns>
    [MightSleep]
    [return: Allocates("ioremap")]
    public static void* ioremap(ulong phys_addr, nuint size)
    {
        Booted.MightSleep();
        return Booted.Machine.Devices.Map(phys_addr, size);
    }

    /// <summary>Ends an <see cref="ioremap"/>. May sleep. Source: Documentation/bus-virt-phys-mapping.txt.</summary>
    /// <param name="addr">The address; null is nothing.</param>
    /// <exception cref="KernelBugException">It is no such address, or was unmapped already.</exception>
    [MightSleep]
    public static void iounmap([Frees("ioremap")] void* addr)
    {
        Booted.MightSleep();
        Booted.Machine.Devices.Unmap(addr);
    }

    /// <summary>Reads a register of 32 bits; later reads and writes stay behind it. Source: Documentation/memory-barriers.txt.</summary>
    /// <param name="addr">An address of <see cref="ioremap"/>, a multiple of 4.</param>
    /// <returns>What the register holds.</returns>
    public static uint readl([Borrows] void* addr) => Volatile.Read(ref *(uint*)addr);

    /// <summary>Writes a register of 32 bits; earlier reads and writes stay before it. Source: Documentation/memory-barriers.txt.</summary>
    /// <param name="value">What it will hold.</param>
    /// <param name="addr">An address of <see cref="ioremap"/>, a multiple of 4.</param>
    public static void writel(uint value, [Borrows] void* addr) => Volatile.Write(ref *(uint*)addr, value);
}
