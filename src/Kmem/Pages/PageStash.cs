using System.Runtime.CompilerServices;
using Kmem.Execution;

namespace Kmem.Pages;

/// <summary>
/// A few pages and small blocks of pages that each thread keeps in its block, so that they are taken and given without a lock. Used by the static face; it holds pages of
/// the zone of ordinary requests only, and nothing while every allocation has to be seen (<see cref="PageAllocator.MayStash"/>). Reclaim empties it.
/// </summary>
internal sealed unsafe class PageStash
{
    /// <summary>Flags that need more than a pop: another zone, a cold or compound page, clearing, a warning.</summary>
    public const gfp_t SlowFlags = gfp_t.__GFP_DMA | gfp_t.__GFP_HIGHMEM | gfp_t.__GFP_DMA32 | gfp_t.__GFP_COLD | gfp_t.__GFP_COMP | gfp_t.__GFP_ZERO | GfpMask.Unknown;

    /// <summary>Orders from here on are not kept.</summary>
    public const uint Orders = CpuBlock.StashedOrders;

    private readonly PageAllocator _pages;
    private readonly ThreadBlocks _blocks;

    public PageStash(PageAllocator pages, ThreadBlocks blocks)
    {
        _pages = pages;
        _blocks = blocks;
        blocks.Retiring += block => Empty((CpuBlock*)block);
        blocks.Idle.AddKeeper(FingerprintOf, block => Empty((CpuBlock*)block));
        pages.Reclaimer.AddCache(Drain);
    }

    // At most 32 KiB of single pages, and 16 or 32 KiB of each larger order.
    private static ReadOnlySpan<byte> Capacities => [CpuBlock.MaxStashedPages, 2, 1, 1];

    /// <summary>A block of an order below <see cref="Orders"/>, allocated; false if the thread has none ready.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPop(CpuBlock* block, uint order, out page* page)
    {
        page = null;
        if (!CpuBlock.TryEnter(block))
            return false;
        uint count = block->StashCounts[order];
        if (count == 0)
        {
            CpuBlock.Exit(block);
            return false;
        }
        count--;
        page = (page*)Places(block, order)[count];
        block->StashCounts[order] = count;
        page->State = PageState.Allocated;
        page->Count = 1;
        CpuBlock.Exit(block);
        return true;
    }

    /// <summary>Frees a block of an order below <see cref="Orders"/> into the stash; false if that is full, or if the block is of another zone or not simply allocated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPush(CpuBlock* block, page* page, uint order, byte zone)
    {
        if (page->State != PageState.Allocated || page->Count != 1 || page->Mapped != 0 || page->Order != order || page->ZoneIndex != zone)
            return false;
        if (!CpuBlock.TryEnter(block))
            return false;
        uint count = block->StashCounts[order];
        if (count >= block->StashCapacities[order])
        {
            CpuBlock.Exit(block);
            return false;
        }
        page->State = PageState.OnCpuList;
        page->Count = 0;
        Places(block, order)[count] = (ulong)page;
        block->StashCounts[order] = count + 1;
        CpuBlock.Exit(block);
        return true;
    }

    /// <summary>Lets the thread keep pages from now on, if any may.</summary>
    public void Offer(CpuBlock* block)
    {
        CpuBlock.Enter(block);
        for (int order = 0; order < Orders && _pages.MayStash; order++)
            block->StashCapacities[order] = Capacities[order];
        CpuBlock.Exit(block);
        _blocks.Idle.Watch();
    }

    /// <summary>Empties the stashes of all threads; returns the pages freed.</summary>
    public nuint Drain()
    {
        nuint freed = 0;
        _blocks.Drain(block => freed += Empty((CpuBlock*)block));
        return freed;
    }

    /// <summary>Pages in all stashes, as far as one can tell without stopping the threads.</summary>
    public uint CountPages()
    {
        uint count = 0;
        _blocks.Visit(block =>
        {
            for (int order = 0; order < Orders; order++)
                count += ((CpuBlock*)block)->StashCounts[order] << order;
        });
        return count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong* Places(CpuBlock* block, uint order) => &block->StashedPages[order * CpuBlock.MaxStashedPages];

    private static ulong FingerprintOf(nint block)
    {
        const int bits = 8;
        ulong fingerprint = 0;
        for (int order = 0; order < Orders; order++)
            fingerprint = (fingerprint << bits) | ((CpuBlock*)block)->StashCounts[order];
        return fingerprint;
    }

    private nuint Empty(CpuBlock* block)
    {
        nuint freed = 0;
        for (uint order = 0; order < Orders; order++)
        {
            uint count = block->StashCounts[order];
            block->StashCounts[order] = 0;
            block->StashCapacities[order] = 0;
            for (uint i = 0; i < count; i++)
                _pages.GiveBack((page*)Places(block, order)[i], block->Cpu);
            freed += (nuint)count << (int)order;
        }
        return freed;
    }
}
