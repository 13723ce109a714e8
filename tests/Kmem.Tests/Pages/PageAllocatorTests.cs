using FsCheck;
using FsCheck.Fluent;
using Kmem.Pages;

namespace Kmem.Tests.PagesTests;

public unsafe class PageAllocatorTests
{
    [Fact]
    public void Splitting_and_merging_keep_the_free_areas_valid_and_lose_nothing()
    {
        Prop.ForAll((byte[] steps) =>
        {
            using TestMachine test = new(memory: 16 * TestMachine.MiB);
            Machine machine = test.Machine;
            ulong free = machine.FreeBytes;
            List<(nint Page, uint Order)> held = [];
            foreach (byte step in steps)
            {
                uint order = (uint)step % PageAllocator.MaxOrder;
                if (step < 160)
                {
                    page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_NOWAIT | gfp_t.__GFP_NOWARN, order);
                    if (page == null)
                        continue;
                    Assert.Equal(0u, machine.Frames.FrameOf(page) % (1u << (int)order));
                    held.Add(((nint)page, order));
                }
                else if (held.Count > 0)
                {
                    (nint page, uint heldOrder) = held[step % held.Count];
                    held.RemoveAt(step % held.Count);
                    machine.Pages.Free(machine.Block, (page*)page, heldOrder);
                }
                Assert.True(machine.Pages.IsValid());
            }
            foreach ((nint page, uint order) in held)
                machine.Pages.Free(machine.Block, (page*)page, order);
            machine.Pages.DrainCpuLists();
            Assert.Equal(free, machine.FreeBytes);
            Assert.Equal(4u, machine.Pages.Zones[0].Free.CountOf(PageAllocator.MaxOrder - 1));
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_page_freed_last_is_hot_and_a_cold_request_takes_another()
    {
        using TestMachine test = new(cpus: 1);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, 0);
        machine.Pages.Free(machine.Block, page, 0);
        page* cold = machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL | gfp_t.__GFP_COLD, 0);
        page* hot = machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, 0);
        Assert.True(hot == page);
        Assert.True(cold != page);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(3u)]
    public void A_double_free_is_found(uint order)
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, order);
        machine.Pages.Free(machine.Block, page, order);
        Assert.Contains("double free", Bug(() => machine.Pages.Free(machine.Block, page, order)));
        AssertUsable(machine);
    }

    [Fact]
    public void A_wrong_order_is_found_and_the_page_stays_allocated()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, 2);
        Assert.Contains("order 1 but was allocated with order 2", Bug(() => machine.Pages.Free(machine.Block, page, 1)));
        machine.Pages.Free(machine.Block, page, 2);
        AssertUsable(machine);
    }

    [Fact]
    public void A_page_inside_a_block_and_a_pointer_that_is_no_page_are_found()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, 2);
        Assert.Contains("not the first page", Bug(() => machine.Pages.Free(machine.Block, page + 1, 0)));
        Assert.Contains("no page struct", Bug(() => machine.Pages.Free(machine.Block, (page*)((nint)page + 8), 0)));
        Assert.Contains("no page struct", Bug(() => machine.Pages.Free(machine.Block, (page*)4096, 0)));
        machine.Pages.Free(machine.Block, page, 2);
        AssertUsable(machine);
    }

    [Fact]
    public void A_page_that_is_referenced_is_not_freed()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, 0);
        machine.Pages.Get(page);
        Assert.Contains("still referenced", Bug(() => machine.Pages.Free(machine.Block, page, 0)));
        machine.Pages.Put(machine.Block, page);
        Assert.Equal(1, page->Count);
        machine.Pages.Put(machine.Block, page);
        Assert.Equal(0, page->Count);
        Assert.Contains("double free", Bug(() => machine.Pages.Put(machine.Block, page)));
    }

    [Fact]
    public void A_page_that_is_mapped_is_not_freed()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_HIGHUSER, 0);
        machine.HighMemory.Map(page);
        Assert.Contains("still mapped", Bug(() => machine.Pages.Free(machine.Block, page, 0)));
        machine.HighMemory.Unmap(page);
        machine.Pages.Free(machine.Block, page, 0);
    }

    [Fact]
    public void An_order_above_the_largest_is_null_with_a_warning()
    {
        using TestMachine test = new();
        Assert.True(test.Machine.Pages.Allocate(test.Machine.Block, gfp_t.GFP_KERNEL, PageAllocator.MaxOrder) == null);
        Assert.Contains("order 11 is refused", test.Log);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Zeroed_pages_are_zero_also_in_high_memory(bool portable)
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB, portable: portable);
        Machine machine = test.Machine;
        foreach (gfp_t flags in new[] { gfp_t.GFP_KERNEL, gfp_t.GFP_HIGHUSER })
        {
            page* page = machine.Pages.Allocate(machine.Block, flags, 1);
            new Span<byte>(machine.HighMemory.Map(page), 4096).Fill(0xff);
            machine.HighMemory.Unmap(page);
            machine.Pages.Free(machine.Block, page, 1);
            page* zeroed = machine.Pages.Allocate(machine.Block, flags | gfp_t.__GFP_ZERO, 1);
            Assert.True(zeroed == page);
            Assert.False(new Span<byte>(machine.HighMemory.Map(zeroed), 4096).ContainsAnyExcept((byte)0));
            machine.HighMemory.Unmap(zeroed);
        }
    }

    [Fact]
    public void Nofail_waits_until_another_thread_frees()
    {
        using TestMachine test = new(memory: 8 * TestMachine.MiB);
        Machine machine = test.Machine;
        List<nint> held = test.Exhaust();
        nint got = 0;
        Thread waiter = new(() => got = (nint)machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL | gfp_t.__GFP_NOFAIL, 0));
        waiter.Start();
        Assert.False(waiter.Join(50));
        foreach (nint one in held)
            machine.Pages.Free(machine.Block, (page*)one, 0);
        waiter.Join();
        Assert.NotEqual(0, got);
    }

    private static string Bug(Action action) => Assert.Throws<KernelBugException>(action).Message;

    private static void AssertUsable(Machine machine)
    {
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, 1);
        Assert.True(page != null && page->Count == 1);
        machine.Pages.Free(machine.Block, page, 1);
        Assert.True(machine.IsValid());
    }
}
