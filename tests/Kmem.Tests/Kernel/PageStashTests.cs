using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>Order 0 on the static face, which goes through the thread's own few pages.</summary>
public unsafe class PageStashTests
{
    [Fact]
    public void Pages_stay_distinct_and_writable_over_many_rounds()
    {
        for (int round = 0; round < 50; round++)
        {
            HashSet<nuint> pages = [];
            for (int i = 0; i < 30; i++)
            {
                nuint page = __get_free_page(GFP_KERNEL);
                *(nuint*)page = page;
                Assert.True(pages.Add(page));
            }
            foreach (nuint page in pages)
            {
                Assert.Equal(page, *(nuint*)page);
                Assert.Equal(1, page_count(virt_to_page((void*)page)));
                free_page(page);
                Assert.Equal(0, page_count(virt_to_page((void*)page)));
            }
        }
    }

    [Fact]
    public void Wrong_frees_are_found_while_the_page_lies_ready()
    {
        page* first = alloc_page(GFP_KERNEL);
        page* second = alloc_page(GFP_KERNEL);
        __free_page(first);
        __free_page(second);
        Assert.Contains("double free", Assert.Throws<KernelBugException>(() => __free_page(second)).Message);
        Assert.Contains("double free", Assert.Throws<KernelBugException>(() => __free_page(first)).Message);
        page* referenced = alloc_page(GFP_KERNEL);
        get_page(referenced);
        Assert.Contains("still referenced", Assert.Throws<KernelBugException>(() => __free_page(referenced)).Message);
        put_page(referenced);
        __free_page(referenced);
    }

    [Fact]
    public void Special_requests_pass_it_by()
    {
        nuint dirty = __get_free_page(GFP_KERNEL);
        new Span<byte>((void*)dirty, PAGE_SIZE).Fill(0xff);
        free_page(dirty);
        nuint zeroed = get_zeroed_page(GFP_KERNEL);
        Assert.False(new Span<byte>((void*)zeroed, PAGE_SIZE).ContainsAnyExcept((byte)0));
        free_page(zeroed);
        page* dma = alloc_page(GFP_KERNEL | GFP_DMA);
        Assert.True(page_to_pfn(dma) < 4096);
        __free_page(dma);
        page* high = alloc_page(GFP_HIGHUSER);
        Assert.True(PageHighMem(high));
        __free_page(high);
        page* ordinary = alloc_page(GFP_KERNEL);
        Assert.False(PageHighMem(ordinary) || page_to_pfn(ordinary) < 4096);
        __free_page(ordinary);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Small_blocks_are_kept_by_their_order(uint order)
    {
        nuint first = __get_free_pages(GFP_KERNEL, order);
        free_pages(first, order);
        nuint second = __get_free_pages(GFP_KERNEL, order), third = __get_free_pages(GFP_KERNEL, order);
        Assert.Equal((nuint)0, second % ((nuint)PAGE_SIZE << (int)order));
        Assert.True(Math.Abs((long)second - (long)third) >= PAGE_SIZE << (int)order);
        Assert.Contains("allocated with order", Assert.Throws<KernelBugException>(() => free_pages(second, order - 1)).Message);
        free_pages(second, order);
        Assert.Contains("free already", Assert.Throws<KernelBugException>(() => free_pages(second, order)).Message);
        free_pages(third, order);
        Assert.True(current_machine.IsValid());
    }

    [Fact]
    public void Reclaim_takes_the_pages_and_the_thread_goes_on()
    {
        page* page = alloc_page(GFP_KERNEL);
        __free_page(page);
        page = alloc_page(GFP_KERNEL);
        __free_page(page);
        Assert.True(Booted.Block->StashCounts[0] > 0);
        current_machine.Pages.Stash.Drain();
        Assert.Equal(0u, Booted.Block->StashCounts[0]);
        page = alloc_page(GFP_KERNEL);
        Assert.Equal(1, page_count(page));
        __free_page(page);
    }
}
