using System.Buffers;
using Kmem.Annotations;

namespace Kmem;

/// <summary>
/// Memory outside the garbage collector as <see cref="Memory{T}"/>, from any of the kernel's allocators. Who gets the owner disposes it, once; memory and spans taken from
/// it are dead afterwards, which is not checked. Without <c>Dispose</c> the memory leaks: there is no finalizer, because a span does not keep its owner alive.
/// </summary>
public sealed unsafe class KmemMemory : MemoryManager<byte>
{
    private readonly int _length;
    private readonly Action<nint> _release;
    private nint _address;

    private KmemMemory(void* address, nuint length, string allocator, Action<nint> release, int most = int.MaxValue)
    {
        if (address == null)
        {
            string reason = length > (nuint)most
                ? $"it serves at most {most:N0}. Choose KmemMemory.Kvmalloc for more."
                : "the machine has no memory for it. Choose a larger MachineOptions.MemorySize (KMEM_MEMORY).";
            throw new InsufficientMemoryException($"Kmem: {allocator} of {length:N0} bytes failed: {reason}");
        }
        _address = (nint)address;
        _length = checked((int)length);
        _release = release;
    }

    /// <summary>The first byte; null once disposed.</summary>
    public void* Address => (void*)_address;

    /// <summary>Physically contiguous memory of kmalloc, not cleared. Sleeps only if the flags contain __GFP_WAIT. Source: Linux Kernel Development, 3rd ed., ch. 12, "kmalloc()".</summary>
    /// <param name="size">Bytes, 0 to 128 KiB; more than that is never there.</param>
    /// <param name="flags">How, and from which zone.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it.</exception>
    public static KmemMemory Kmalloc(int size, gfp_t flags = gfp_t.GFP_KERNEL)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new KmemMemory(Kernel.kmalloc((nuint)size, flags), (nuint)size, "kmalloc", p => Kernel.kfree((void*)p), Kernel.KMALLOC_MAX_SIZE);
    }

    /// <summary>Page-mapped memory of vmalloc, not cleared, with a guard page behind it. May sleep. Source: Linux Kernel Development, 3rd ed., ch. 12, "vmalloc()".</summary>
    /// <param name="size">Bytes, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is 0 or negative.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it.</exception>
    [MightSleep]
    public static KmemMemory Vmalloc(int size)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        return new KmemMemory(Kernel.vmalloc((nuint)size), (nuint)size, "vmalloc", p => Kernel.vfree((void*)p));
    }

    /// <summary>Memory of kvmalloc, not cleared: physically contiguous if that is easy. May sleep. Source: Documentation/core-api/memory-allocation.rst.</summary>
    /// <param name="size">Bytes, 0 or more.</param>
    /// <param name="flags">How the contiguous memory is asked for.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is negative.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it.</exception>
    [MightSleep]
    public static KmemMemory Kvmalloc(int size, gfp_t flags = gfp_t.GFP_KERNEL)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(size);
        return new KmemMemory(Kernel.kvmalloc((nuint)size, flags), (nuint)size, "kvmalloc", p => Kernel.kvfree((void*)p));
    }

    /// <summary>Memory that a device reaches, cleared. Sleeps only if the flags contain __GFP_WAIT. Source: Documentation/DMA-API.txt.</summary>
    /// <param name="device">The device; its mask limits the addresses.</param>
    /// <param name="size">Bytes, 1 to 4 MiB.</param>
    /// <param name="handle">The memory's address as the device sees it.</param>
    /// <param name="flags">How; the device decides the zone.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is 0 or negative.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it inside the mask.</exception>
    public static KmemMemory Coherent(device device, int size, out dma_addr_t handle, gfp_t flags = gfp_t.GFP_KERNEL)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(size);
        void* address = Kernel.dma_alloc_coherent(device, (nuint)size, out handle, flags);
        dma_addr_t allocated = handle;
        return new KmemMemory(address, (nuint)size, "dma_alloc_coherent", p => Kernel.dma_free_coherent(device, (nuint)size, (void*)p, allocated));
    }

    /// <summary>2^order contiguous pages, not cleared. Sleeps only if the flags contain __GFP_WAIT. Source: Linux Kernel Development, 3rd ed., ch. 12, "Getting Pages".</summary>
    /// <param name="order">0 to 10: 4 KiB to 4 MiB.</param>
    /// <param name="flags">How, and from which zone; not __GFP_HIGHMEM, because the memory has to have an address.</param>
    /// <exception cref="ArgumentOutOfRangeException">The order is above 10.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it.</exception>
    public static KmemMemory Pages(uint order, gfp_t flags = gfp_t.GFP_KERNEL)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(order, (uint)Kernel.MAX_ORDER);
        return new KmemMemory((void*)Kernel.__get_free_pages(flags, order), (nuint)Kernel.PAGE_SIZE << (int)order, "__get_free_pages", p => Kernel.free_pages((nuint)p, order));
    }

    /// <summary>An object of a slab cache, as its constructor or last owner left it. Sleeps only if the flags contain __GFP_WAIT. Source: Linux Kernel Development, 3rd ed., ch. 12, "Slab Layer".</summary>
    /// <param name="cache">The cache; it must not be destroyed before the owner is disposed.</param>
    /// <param name="flags">How.</param>
    /// <exception cref="ArgumentNullException">There is no cache.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it.</exception>
    public static KmemMemory FromCache(kmem_cache cache, gfp_t flags = gfp_t.GFP_KERNEL)
    {
        ArgumentNullException.ThrowIfNull(cache);
        return new KmemMemory(Kernel.kmem_cache_alloc(cache, flags), Kernel.kmem_cache_size(cache), "kmem_cache_alloc", p => Kernel.kmem_cache_free(cache, (void*)p));
    }

    /// <inheritdoc/>
    public override Span<byte> GetSpan()
    {
        ObjectDisposedException.ThrowIf(_address == 0, this);
        return new Span<byte>((void*)_address, _length);
    }

    /// <summary>The memory never moves, so this only gives the address.</summary>
    /// <param name="elementIndex">The byte whose address is asked for, 0 to the length.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such byte.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed.</exception>
    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ObjectDisposedException.ThrowIf(_address == 0, this);
        ArgumentOutOfRangeException.ThrowIfNegative(elementIndex);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(elementIndex, _length);
        return new MemoryHandle((byte*)_address + elementIndex);
    }

    /// <summary>Nothing: the memory never moves.</summary>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        nint address = Interlocked.Exchange(ref _address, 0);
        if (address != 0)
            _release(address);
    }
}
