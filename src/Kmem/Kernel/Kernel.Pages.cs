using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kmem.Annotations;
using Kmem.Execution;
using Kmem.Pages;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Allocates 2^order contiguous pages. Sleeps only if the flags contain __GFP_WAIT. LKD ch. 12, "Getting Pages".</summary>
    /// <param name="gfp_mask">Where from and how.</param>
    /// <param name="order">0 to 10; above, null and a warning.</param>
    /// <returns>The first page; null without memory.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("page")]
    public static page* alloc_pages([GfpFlags] gfp_t gfp_mask, [PageOrder] uint order)
    {
        CpuBlock* block = FastThread.Block;
        if (order < PageStash.Orders && block != null && (gfp_mask & PageStash.SlowFlags) == 0)
        {
            if (Booted.ChecksSleep && (gfp_mask & gfp_t.__GFP_WAIT) != 0)
                Booted.Context.MightSleep(block);
            if (PageStash.TryPop(block, order, out page* page))
                return page;
        }
        return AllocatePagesSlow(gfp_mask, order);
    }

    /// <summary>As <see cref="alloc_pages"/>, of order 0: one page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [PageOrder(0)]
    [return: Allocates("page")]
    public static page* alloc_page([GfpFlags] gfp_t gfp_mask) => alloc_pages(gfp_mask, 0);

    /// <summary>As <see cref="alloc_pages"/>, from this node if it has any, else from the nearest that has.</summary>
    /// <param name="nid">The node, from 0; -1 (NUMA_NO_NODE): any, as <see cref="alloc_pages"/>.</param>
    /// <param name="gfp_mask">Where from and how; with __GFP_THISNODE from no other node.</param>
    /// <param name="order">0 to 10; above, null and a warning.</param>
    /// <exception cref="ArgumentOutOfRangeException">The machine has no such node.</exception>
    [return: Allocates("page")]
    public static page* alloc_pages_node(int nid, [GfpFlags] gfp_t gfp_mask, [PageOrder] uint order)
    {
        if (nid == -1)
            return alloc_pages(gfp_mask, order);
        ArgumentOutOfRangeException.ThrowIfNegative(nid);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(nid, Booted.Machine.Pages.Nodes);
        return Booted.Machine.Pages.Allocate(Booted.Block, gfp_mask, order, nid);
    }

    /// <summary>Allocates 2^order contiguous pages and returns their address, so never from high memory. Sleeps only if the flags contain __GFP_WAIT. LKD ch. 12, "Getting Pages".</summary>
    /// <param name="gfp_mask">Where from and how; not __GFP_HIGHMEM.</param>
    /// <param name="order">0 to 10; above, 0 and a warning.</param>
    /// <returns>The address, aligned to the size; 0 without memory.</returns>
    /// <exception cref="KernelBugException">The flags ask for high memory, which has no address.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("pages")]
    public static nuint __get_free_pages([GfpFlags] gfp_t gfp_mask, [PageOrder] uint order)
    {
        if ((gfp_mask & gfp_t.__GFP_HIGHMEM) != 0)
            ThrowHighHasNoAddress();
        page* page = alloc_pages(gfp_mask, order);
        // Without high memory the page has an address for certain.
        return page == null ? 0 : Booted.DirectMap + (((nuint)page - Booted.PageStructs) / (nuint)sizeof(page) << PAGE_SHIFT);
    }

    /// <summary>As <see cref="__get_free_pages"/>, of order 0: one page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [PageOrder(0)]
    [return: Allocates("pages")]
    public static nuint __get_free_page([GfpFlags] gfp_t gfp_mask) => __get_free_pages(gfp_mask, 0);

    /// <summary>As <see cref="__get_free_pages"/>, one page filled with zeros. LKD ch. 12, "Getting Zeroed Pages".</summary>
    [PageOrder(0)]
    [return: Allocates("pages", Zeroed = true)]
    public static nuint get_zeroed_page([GfpFlags] gfp_t gfp_mask) => __get_free_pages(gfp_mask | gfp_t.__GFP_ZERO, 0);

    /// <summary>Frees pages by their page struct. LKD ch. 12, "Freeing Pages".</summary>
    /// <param name="page">What alloc_pages returned.</param>
    /// <param name="order">The order it was allocated with.</param>
    /// <exception cref="KernelBugException">A double free, another order, a page in use, or no page at all.</exception>
    [NeverSleeps]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void __free_pages([Frees("page"), DisallowNull] page* page, [PageOrder] uint order)
    {
        CpuBlock* block = FastThread.Block;
        nuint offset = (nuint)page - Booted.PageStructs;
        bool isPage = offset < Booted.PageStructBytes && offset % (nuint)sizeof(page) == 0;
        if (order >= PageStash.Orders || block == null || !isPage || !PageStash.TryPush(block, page, order, Booted.DefaultZone))
            FreePagesSlow(page, order);
    }

    /// <summary>As <see cref="__free_pages"/>, of order 0: one page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [NeverSleeps]
    [PageOrder(0)]
    public static void __free_page([Frees("page"), DisallowNull] page* page) => __free_pages(page, 0);

    /// <summary>As <see cref="__free_pages"/>, of order 0; the page is in the processor's cache, and the next allocation takes it first.</summary>
    [NeverSleeps]
    [PageOrder(0)]
    public static void free_hot_page([Frees("page"), DisallowNull] page* page) => __free_pages(page, 0);

    /// <summary>Frees pages by their address, in any context. LKD ch. 12, "Freeing Pages".</summary>
    /// <param name="addr">What __get_free_pages returned; 0 is nothing.</param>
    /// <param name="order">The order it was allocated with.</param>
    /// <exception cref="KernelBugException">As <see cref="__free_pages"/>, or no address of a page.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [NeverSleeps]
    public static void free_pages([Frees("pages")] nuint addr, [PageOrder] uint order)
    {
        if (addr == 0)
            return;
        if (addr % PAGE_SIZE != 0)
            ThrowNotAPage(addr);
        __free_pages(virt_to_page((void*)addr), order);
    }

    /// <summary>As <see cref="free_pages"/>, of order 0: one page.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [NeverSleeps]
    [PageOrder(0)]
    public static void free_page([Frees("pages")] nuint addr) => free_pages(addr, 0);

    /// <summary>The address of a page. LKD ch. 12, "Getting Pages".</summary>
    /// <param name="page">The page.</param>
    /// <returns>A low page's permanent address; a high page's kmap mapping, or null if it has none.</returns>
    /// <exception cref="KernelBugException">It is no page of the machine.</exception>
    [return: MaybeNull]
    public static void* page_address([DirectMapped] page* page)
    {
        Booted.Machine.Pages.RequirePage(page);
        void* address = Booted.Machine.Frames.AddressOf(page);
        return address != null ? address : (void*)page->MappedAt;
    }

    /// <summary>References to a page. LKD ch. 12, "Pages".</summary>
    /// <param name="page">The page.</param>
    /// <returns>0: it is free.</returns>
    /// <exception cref="KernelBugException">It is no page of the machine.</exception>
    public static int page_count(page* page) => Booted.Machine.Pages.CountReferences(page);

    /// <summary>Takes a reference to an allocated page. Source: include/linux/mm.h.</summary>
    /// <param name="page">The first page of its block.</param>
    /// <exception cref="KernelBugException">The page is not allocated.</exception>
    public static void get_page(page* page) => Booted.Machine.Pages.Get(page);

    /// <summary>Drops a reference; the last one frees the page, or block of pages. Source: mm/swap.c.</summary>
    /// <param name="page">The first page of its block.</param>
    /// <exception cref="KernelBugException">The page is not allocated.</exception>
    public static void put_page(page* page) => Booted.Machine.Pages.Put(Booted.Block, page);

    /// <summary>The page of an address of low memory. Source: asm/page.h.</summary>
    /// <param name="addr">An address of kmalloc, a slab object or low pages.</param>
    /// <returns>The page it lies in.</returns>
    /// <exception cref="KernelBugException">The address lies outside the direct map.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static page* virt_to_page(void* addr)
    {
        nuint offset = (nuint)addr - Booted.DirectMap;
        if (offset >= Booted.LowBytes)
            ThrowNotMapped(addr);
        return (page*)(Booted.PageStructs + (offset >> PAGE_SHIFT) * (nuint)sizeof(page));
    }

    /// <summary>The page's frame number. Source: asm/page.h.</summary>
    /// <param name="page">The page.</param>
    /// <returns>Its physical address divided by <see cref="PAGE_SIZE"/>.</returns>
    /// <exception cref="KernelBugException">It is no page of the machine.</exception>
    public static nuint page_to_pfn(page* page)
    {
        Booted.Machine.Pages.RequirePage(page);
        return Booted.Machine.Frames.FrameOf(page);
    }

    /// <summary>The physical address behind an address of low memory. Source: asm/io.h.</summary>
    /// <param name="addr">An address of kmalloc, a slab object or low pages.</param>
    /// <returns>The address in the machine's physical memory.</returns>
    /// <exception cref="KernelBugException">The address lies outside the direct map.</exception>
    public static ulong virt_to_phys(void* addr) => (nuint)Booted.Machine.Frames.FrameOf(virt_to_page(addr)) * PAGE_SIZE + (nuint)addr % PAGE_SIZE;

    /// <summary>Whether a page has no permanent address. LKD ch. 12, "Zones".</summary>
    /// <param name="page">The page.</param>
    /// <returns>True if it lies in ZONE_HIGHMEM.</returns>
    /// <exception cref="KernelBugException">It is no page of the machine.</exception>
    public static bool PageHighMem(page* page)
    {
        Booted.Machine.Pages.RequirePage(page);
        return Booted.Machine.HighMemory.IsHigh(page);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static page* AllocatePagesSlow(gfp_t gfp_mask, uint order) => Booted.Machine.Pages.Allocate(Booted.Block, gfp_mask, order);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FreePagesSlow(page* page, uint order)
    {
        CpuBlock* block = Booted.Block;
        Booted.Machine.Pages.Stash.Offer(block);
        Booted.Machine.Pages.Free(block, page, order);
    }

    [DoesNotReturn]
    private static void ThrowHighHasNoAddress() =>
        throw new KernelBugException("BUG: __get_free_pages with __GFP_HIGHMEM: a high page has no address to return; use alloc_pages and kmap.");

    [DoesNotReturn]
    private static void ThrowNotAPage(nuint addr) => throw new KernelBugException($"BUG: free_pages: {addr:x} is not the start of a page.");

    [DoesNotReturn]
    private static void ThrowNotMapped(void* addr) =>
        throw new KernelBugException($"BUG: {(nuint)addr:x} is no address of the direct map, so it is no page's.");
}
