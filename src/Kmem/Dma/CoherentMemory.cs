using System.Numerics;
using Kmem.Execution;
using Kmem.Observation;
using Kmem.Pages;
using Kmem.Physical;

namespace Kmem.Dma;

/// <summary>Memory that processors and a device see alike: physically contiguous, zeroed, inside the device's mask. Source: Documentation/DMA-API.txt.</summary>
internal sealed unsafe class CoherentMemory(PageAllocator pages, OwnerTable? owners)
{
    private RawSpinLock _lock;
    private readonly Dictionary<nuint, Allocation> _allocations = [];

    /// <summary>Allocates for a device; null without memory inside its mask, or above 4 MiB.</summary>
    public void* Allocate(CpuBlock* block, device device, nuint size, out dma_addr_t handle, gfp_t flags)
    {
        handle = default;
        if (size == 0 || size > PhysicalMemory.LargestBlock)
            return null;
        uint order = (uint)BitOperations.Log2((ulong)((size - 1) / PhysicalMemory.PageSize * 2 + 1));
        flags = (flags & ~(gfp_t.__GFP_DMA | gfp_t.__GFP_DMA32 | gfp_t.__GFP_HIGHMEM)) | gfp_t.__GFP_ZERO;
        // From the most plentiful zone down, so that scarce memory is for devices that reach nothing else.
        foreach (gfp_t zone in new[] { gfp_t.GFP_NOWAIT, gfp_t.__GFP_DMA32, gfp_t.__GFP_DMA })
        {
            page* page = pages.Allocate(block, flags | zone, order);
            if (page == null)
                continue;
            ulong physical = (ulong)pages.Frames.FrameOf(page) * PhysicalMemory.PageSize;
            if (physical + size - 1 > device.coherent_dma_mask)
            {
                pages.Free(block, page, order);
                continue;
            }
            pages.Disown(page);
            void* address = pages.Frames.AddressOf(page);
            handle = new dma_addr_t(physical);
            Allocation allocation = new(device, size, order, owners?.Caller() ?? 0);
            using (_lock.Hold())
                _allocations.Add((nuint)address, allocation);
            return address;
        }
        return null;
    }

    /// <summary>Frees memory of <see cref="Allocate"/>, which must be told the same device, size and handle.</summary>
    public void Free(CpuBlock* block, device device, nuint size, void* address, dma_addr_t handle)
    {
        Allocation? found;
        using (_lock.Hold())
        {
            if (!_allocations.TryGetValue((nuint)address, out found))
                throw new KernelBugException($"BUG: dma_free_coherent: {(nuint)address:x} is not from dma_alloc_coherent, or was freed already.");
            ulong physical = (ulong)pages.Frames.Memory.FrameOf(address) * PhysicalMemory.PageSize;
            if (found.Device != device || found.Size != size || handle.Value != physical)
                throw new KernelBugException($"BUG: dma_free_coherent: device `{device.Name}', {size} bytes, bus address {handle.Value:x} were allocated for device `{found.Device.Name}' with {found.Size} bytes at {physical:x}.");
            _allocations.Remove((nuint)address);
        }
        pages.Free(block, pages.Frames.PageOf(address), found.Order);
    }

    /// <summary>Calls <paramref name="visit"/> with the address, size, device and owner of each allocation; nothing unless owners are tracked.</summary>
    public void VisitOwned(Action<nuint, nuint, device, string> visit)
    {
        if (owners == null)
            return;
        KeyValuePair<nuint, Allocation>[] allocations;
        using (_lock.Hold())
            allocations = [.. _allocations];
        foreach ((nuint address, Allocation allocation) in allocations)
            visit(address, allocation.Size, allocation.Device, owners.PlaceOf(allocation.AllocatedBy));
    }

    private sealed record Allocation(device Device, nuint Size, uint Order, uint AllocatedBy);
}
