namespace Kmem.Tests.VirtualTests;

public unsafe class VmallocTests
{
    [Fact]
    public void Nothing_is_mapped_without_an_array_of_pages()
    {
        using TestMachine test = new();
        Assert.Contains("pages is null", Assert.Throws<KernelBugException>(() => test.Machine.Vmalloc.MapPages(null, 1)).Message);
        Assert.True(test.Machine.Vmalloc.MapPages(null, 0) == null);
    }

    [Fact]
    public void An_area_shows_the_same_bytes_as_its_scattered_frames()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB, minFreeKiB: 4);
        Machine machine = test.Machine;
        Scatter(test);
        byte* area = (byte*)machine.Vmalloc.Allocate(machine.Block, 8 * 4096, gfp_t.GFP_KERNEL);
        List<uint> frames = [];
        for (int i = 0; i < 8; i++)
        {
            page* page = machine.Vmalloc.PageOf(area + i * 4096);
            area[i * 4096 + 9] = (byte)(i + 1);
            Assert.Equal(i + 1, ((byte*)machine.Frames.AddressOf(page))[9]);
            frames.Add(machine.Frames.FrameOf(page));
        }
        // The two frames of the emergency reserve are the only free neighbours there are.
        Assert.InRange(frames.Zip(frames.Skip(1)).Count(pair => pair.Second == pair.First + 1), 0, 1);
        machine.Vmalloc.Free(machine.Block, area);
    }

    [Fact]
    public void Areas_have_a_guard_page_between_them()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        byte* first = (byte*)machine.Vmalloc.Allocate(machine.Block, 4096, gfp_t.GFP_KERNEL);
        byte* second = (byte*)machine.Vmalloc.Allocate(machine.Block, 4096, gfp_t.GFP_KERNEL);
        Assert.Equal(8192, second - first);
        Assert.True(machine.Vmalloc.PageOf(first + 4096) == null);
        Assert.True(HostMappings.IsWritable(first));
        Assert.False(HostMappings.IsWritable(first + 4096));
    }

    [Fact]
    public void Holes_are_used_again_and_join()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        void* a = machine.Vmalloc.Allocate(machine.Block, 4096, gfp_t.GFP_KERNEL);
        void* b = machine.Vmalloc.Allocate(machine.Block, 4096, gfp_t.GFP_KERNEL);
        machine.Vmalloc.Allocate(machine.Block, 4096, gfp_t.GFP_KERNEL);
        machine.Vmalloc.Free(machine.Block, a);
        machine.Vmalloc.Free(machine.Block, b);
        Assert.True(machine.Vmalloc.Allocate(machine.Block, 3 * 4096, gfp_t.GFP_KERNEL) == a);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Wrong_frees_are_found_and_frames_come_back(bool portable)
    {
        using TestMachine test = new(portable: portable);
        Machine machine = test.Machine;
        ulong free = machine.FreeBytes;
        byte* area = (byte*)machine.Vmalloc.Allocate(machine.Block, 100000, gfp_t.GFP_KERNEL);
        new Span<byte>(area, 100000).Fill(3);
        Assert.True(machine.Vmalloc.Contains(area + 99999));
        Assert.False(machine.Vmalloc.Contains(machine.Memory.DirectMap));
        Assert.Throws<KernelBugException>(() => machine.Vmalloc.Free(machine.Block, area + 4096));
        machine.Vmalloc.Free(machine.Block, area);
        Assert.Throws<KernelBugException>(() => machine.Vmalloc.Free(machine.Block, area));
        machine.Vmalloc.Free(machine.Block, null);
        Assert.Equal(free, machine.FreeBytes);
    }

    [Fact]
    public void Without_memory_the_result_is_null_and_nothing_is_lost()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        ulong free = machine.FreeBytes;
        Assert.True(machine.Vmalloc.Allocate(machine.Block, 15 * (nuint)TestMachine.MiB + 900 * 1024, gfp_t.GFP_KERNEL) == null);
        Assert.True(machine.Vmalloc.Allocate(machine.Block, nuint.MaxValue, gfp_t.GFP_KERNEL) == null);
        Assert.True(machine.Vmalloc.Allocate(machine.Block, 0, gfp_t.GFP_KERNEL) == null);
        Assert.Equal(free, machine.FreeBytes);
    }

    [Fact]
    public void Tens_of_thousands_of_areas_fit_into_the_systems_limit_of_mappings()
    {
        using TestMachine test = new(memory: 256 * TestMachine.MiB);
        Machine machine = test.Machine;
        ulong free = machine.FreeBytes;
        List<nint> areas = [];
        for (int i = 0; i < 32768; i++)
        {
            areas.Add((nint)machine.Vmalloc.Allocate(machine.Block, 4096, gfp_t.GFP_KERNEL));
            *(int*)areas[i] = i;
        }
        for (int i = 0; i < areas.Count; i++)
        {
            Assert.Equal(i, *(int*)areas[i]);
            machine.Vmalloc.Free(machine.Block, (void*)areas[i]);
        }
        Assert.Equal(free, machine.FreeBytes);
        Assert.Equal(areas[0], (nint)machine.Vmalloc.Allocate(machine.Block, 4096, gfp_t.GFP_KERNEL));
    }

    [Fact]
    public void Vmap_shows_the_callers_pages_in_order()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        page** pages = stackalloc page*[2];
        pages[0] = machine.Pages.Allocate(machine.Block, gfp_t.GFP_HIGHUSER, 0);
        pages[1] = machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, 0);
        byte* mapped = (byte*)machine.Vmalloc.MapPages(pages, 2);
        mapped[4096 + 3] = 77;
        Assert.Equal(77, ((byte*)machine.Frames.AddressOf(pages[1]))[3]);
        Assert.True(machine.Vmalloc.PageOf(mapped) == pages[0]);
        page* first = pages[0];
        Assert.Contains("still mapped", Assert.Throws<KernelBugException>(() => machine.Pages.Free(machine.Block, first, 0)).Message);
        Assert.Contains("use vunmap", Assert.Throws<KernelBugException>(() => machine.Vmalloc.Free(machine.Block, mapped)).Message);
        machine.Vmalloc.UnmapPages(mapped);
        Assert.Throws<KernelBugException>(() => machine.Vmalloc.UnmapPages(mapped));
        machine.Pages.Free(machine.Block, pages[0], 0);
        machine.Pages.Free(machine.Block, pages[1], 0);
    }

    [Fact]
    public void A_free_of_pages_that_are_still_used_changes_nothing()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        ulong free = machine.FreeBytes;
        byte* area = (byte*)machine.Vmalloc.Allocate(machine.Block, 5 * 4096, gfp_t.GFP_KERNEL);
        page* last = machine.Vmalloc.PageOf(area + 4 * 4096);
        void* again = machine.Vmalloc.MapPages(&last, 1);
        Assert.Contains("still mapped", Assert.Throws<KernelBugException>(() => machine.Vmalloc.Free(machine.Block, area)).Message);
        area[0] = 1;
        machine.Vmalloc.UnmapPages(again);
        machine.Pages.Get(last);
        Assert.Contains("still referenced", Assert.Throws<KernelBugException>(() => machine.Vmalloc.Free(machine.Block, area)).Message);
        area[5 * 4096 - 1] = 1;
        machine.Pages.Put(machine.Block, last);
        machine.Vmalloc.Free(machine.Block, area);
        Assert.Equal(free, machine.FreeBytes);
    }

    [Fact]
    public void Vmap_without_a_memory_file_is_refused_clearly()
    {
        using TestMachine test = new(portable: true);
        page* page = test.Machine.Pages.Allocate(test.Machine.Block, gfp_t.GFP_KERNEL, 0);
        nint held = (nint)page;
        Assert.Contains("vmap needs a memory file", Assert.Throws<PlatformNotSupportedException>(() =>
        {
            page* one = (page*)held;
            test.Machine.Vmalloc.MapPages(&one, 1);
        }).Message);
    }

    // Every second frame stays allocated, so that no two free ones are neighbours.
    private static void Scatter(TestMachine test)
    {
        foreach (nint page in test.Exhaust())
        {
            if (test.Machine.Frames.FrameOf((page*)page) % 2 == 0)
                test.Machine.Pages.Free(test.Machine.Block, (page*)page, 0);
        }
    }
}
