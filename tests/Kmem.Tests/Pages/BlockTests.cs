using static Kmem.gfp_t;

namespace Kmem.Tests.PagesTests;

/// <summary>Pages of a block of several: who maps or references one of them keeps the block.</summary>
public unsafe class BlockTests
{
    [Fact]
    public void A_block_is_not_freed_while_any_of_its_pages_is_mapped()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        page* block = machine.Pages.Allocate(machine.Block, GFP_HIGHUSER, 2);
        void* first = machine.HighMemory.Map(block + 3), second = machine.HighMemory.Map(block);
        Assert.True(first != second);
        machine.HighMemory.Unmap(block);
        Assert.Contains("still mapped", Bug(() => machine.Pages.Free(machine.Block, block, 2)));
        machine.HighMemory.Unmap(block + 3);

        page* last = block + 3;
        nint held = (nint)last;
        void* area = machine.Vmalloc.MapPages(&last, 1);
        Assert.Contains("still mapped", Bug(() => machine.Pages.Free(machine.Block, (page*)held - 3, 2)));
        machine.Vmalloc.UnmapPages(area);
        machine.Pages.Free(machine.Block, block, 2);
    }

    [Fact]
    public void A_mapped_page_can_be_referenced_but_not_given_up()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, GFP_HIGHUSER, 0);
        machine.HighMemory.Map(page);
        machine.Pages.Get(page);
        machine.Pages.Put(machine.Block, page);
        Assert.Contains("still mapped", Bug(() => machine.Pages.Put(machine.Block, page)));
        Assert.Equal(1, machine.Pages.CountReferences(page));
        machine.HighMemory.Unmap(page);
        machine.Pages.Put(machine.Block, page);
        Assert.Equal(0, machine.Pages.CountReferences(page));
    }

    [Fact]
    public void A_reference_to_any_page_of_a_compound_page_is_one_to_the_whole()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        page* compound = machine.Pages.Allocate(machine.Block, GFP_KERNEL | __GFP_COMP, 3);
        machine.Pages.Get(compound + 5);
        Assert.Equal((2, 2), (machine.Pages.CountReferences(compound), machine.Pages.CountReferences(compound + 7)));
        Assert.Contains("still referenced", Bug(() => machine.Pages.Free(machine.Block, compound, 3)));
        machine.Pages.Put(machine.Block, compound + 1);
        machine.Pages.Put(machine.Block, compound + 2);
        Assert.Equal(0, machine.Pages.CountReferences(compound));
        Assert.Contains("double free", Bug(() => machine.Pages.Free(machine.Block, compound, 3)));
    }

    [Fact]
    public void A_page_inside_another_block_has_no_references_of_its_own()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        page* block = machine.Pages.Allocate(machine.Block, GFP_KERNEL, 1);
        Assert.Contains("not the first page", Bug(() => machine.Pages.Get(block + 1)));
        Assert.Contains("not the first page", Bug(() => machine.Pages.Put(machine.Block, block + 1)));
        Assert.Equal(0, machine.Pages.CountReferences(block + 1));
    }

    [Fact]
    public void A_free_page_is_not_mapped()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, GFP_HIGHUSER, 0);
        machine.Pages.Free(machine.Block, page, 0);
        nint freed = (nint)page;
        Assert.Contains("is not allocated", Bug(() => machine.HighMemory.Map((page*)freed)));
        Assert.Contains("is not allocated", Bug(() => machine.HighMemory.MapAtomic(machine.Block, (page*)freed, km_type.KM_USER0)));
        Assert.Contains("is not allocated", Bug(() =>
        {
            page* one = (page*)freed;
            machine.Vmalloc.MapPages(&one, 1);
        }));
        Assert.Contains("is not allocated", Bug(() => machine.HighMemory.Map(machine.Frames.Pages + machine.Frames.Count - 1)));
    }

    [Fact]
    public void Boot_memory_can_be_mapped()
    {
        nuint kept = 0;
        using TestMachine test = new(onBoot: () => kept = (nuint)Kernel.alloc_bootmem(4096));
        page* page = test.Machine.Frames.PageOf((void*)kept);
        byte* area = (byte*)test.Machine.Vmalloc.MapPages(&page, 1);
        area[5] = 77;
        Assert.Equal(77, ((byte*)kept)[5]);
        test.Machine.Vmalloc.UnmapPages(area);
    }

    private static string Bug(Action action) => Assert.Throws<KernelBugException>(action).Message;
}
