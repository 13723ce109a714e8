using System.Runtime.CompilerServices;
using Kmem.Execution;

namespace Kmem.Pages;

/// <summary>
/// A few single pages that each thread keeps in its block, so that page after page is taken and given without a lock. Used by the static face; it holds pages of the
/// zone of ordinary requests only, and nothing while every allocation has to be seen (<see cref="PageAllocator.MayStash"/>). Reclaim empties it.
/// </summary>
internal sealed unsafe class PageStash
{
    /// <summary>Flags that need more than a pop: another zone, a cold or compound page, clearing, a warning.</summary>
    public const gfp_t SlowFlags = gfp_t.__GFP_DMA | gfp_t.__GFP_HIGHMEM | gfp_t.__GFP_DMA32 | gfp_t.__GFP_COLD | gfp_t.__GFP_COMP | gfp_t.__GFP_ZERO | GfpMask.Unknown;

    private readonly PageAllocator _pages;
    private readonly ThreadBlocks _blocks;

    public PageStash(PageAllocator pages, ThreadBlocks blocks)
    {
        _pages = pages;
        _blocks = blocks;
        blocks.Retiring += block => Empty((CpuBlock*)block);
        pages.Reclaimer.AddCache(Drain);
    }

    /// <summary>A page, allocated; null if the thread has none ready.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static page* TryPop(CpuBlock* block)
    {
        page* page = null;
        if (!CpuBlock.TryEnter(block))
            return page;
        int count = block->StashCount - 1;
        if (count >= 0)
        {
            page = (page*)block->StashedPages[count];
            block->StashCount = count;
            page->State = PageState.Allocated;
            page->Count = 1;
        }
        CpuBlock.Exit(block);
        return page;
    }

    /// <summary>Frees a page into the stash; false if it is full, or if the page is of another zone or not simply allocated.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryPush(CpuBlock* block, page* page, byte zone)
    {
        bool isPlain = page->State == PageState.Allocated && page->Count == 1 && page->Mapped == 0 && page->Order == 0 && page->ZoneIndex == zone;
        if (!isPlain || !CpuBlock.TryEnter(block))
            return false;
        int count = block->StashCount;
        bool hasRoom = count < block->StashCapacity;
        if (hasRoom)
        {
            page->State = PageState.OnCpuList;
            page->Count = 0;
            block->StashedPages[count] = (ulong)page;
            block->StashCount = count + 1;
        }
        CpuBlock.Exit(block);
        return hasRoom;
    }

    /// <summary>Lets the thread keep pages from now on, if any may.</summary>
    public void Offer(CpuBlock* block)
    {
        CpuBlock.Enter(block);
        if (_pages.MayStash)
            block->StashCapacity = CpuBlock.MaxStashedPages;
        CpuBlock.Exit(block);
    }

    /// <summary>Empties the stashes of all threads; returns the pages freed.</summary>
    public nuint Drain()
    {
        nuint freed = 0;
        _blocks.Drain(block => freed += Empty((CpuBlock*)block));
        return freed;
    }

    /// <summary>Pages in all stashes, as far as one can tell without stopping the threads.</summary>
    public int CountPages()
    {
        int count = 0;
        _blocks.Visit(block => count += ((CpuBlock*)block)->StashCount);
        return count;
    }

    private nuint Empty(CpuBlock* block)
    {
        int count = block->StashCount;
        block->StashCount = 0;
        block->StashCapacity = 0;
        for (int i = 0; i < count; i++)
            _pages.GiveBack((page*)block->StashedPages[i], block->Cpu);
        return (nuint)count;
    }
}
