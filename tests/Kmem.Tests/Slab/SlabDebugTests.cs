using static Kmem.gfp_t;

namespace Kmem.Tests.SlabTests;

public unsafe class SlabDebugTests
{
    private const MachineDebug Everything = MachineDebug.Poison | MachineDebug.RedZone | MachineDebug.Track;

    [Theory]
    [InlineData(100, 100)]
    [InlineData(100, 127)]
    [InlineData(128, 128)]
    [InlineData(4096, 4096)]
    [InlineData(64, -1)]
    public void A_write_outside_the_bytes_asked_for_is_found_at_the_release(int size, int written)
    {
        using TestMachine test = new(debug: Everything);
        Machine machine = test.Machine;
        byte* p = (byte*)machine.Slab.Allocate(machine.Block, (nuint)size, GFP_KERNEL);
        byte before = p[written];
        p[written] ^= 0xff;
        string report = Bug(() => machine.Slab.Free(machine.Block, p));
        Assert.Contains("memory outside object was overwritten", report);
        Assert.Contains("Allocated at", report);
        Assert.Contains("SlabDebugTests.cs:", report);
        p[written] = before;
        machine.Slab.Free(machine.Block, p);
    }

    [Fact]
    public void A_write_before_an_object_is_found_for_every_size()
    {
        using TestMachine test = new(debug: Everything);
        Machine machine = test.Machine;
        foreach (uint size in new uint[] { 1, 32, 64, 65, 96, 100, 128, 1000, 4096, 5000, 131072 })
        {
            byte* p = (byte*)machine.Slab.Allocate(machine.Block, size, GFP_KERNEL);
            p[-1] ^= 0xff;
            Assert.Contains("memory outside object was overwritten", Bug(() => machine.Slab.Free(machine.Block, p)));
            p[-1] ^= 0xff;
            machine.Slab.Free(machine.Block, p);
        }
    }

    [Theory]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(128)]
    [InlineData(4096)]
    public void Guards_keep_the_alignment_and_do_not_touch_the_neighbours(uint align)
    {
        using TestMachine test = new(debug: Everything);
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("aligned", 200, align, 0, null)!;
        List<nint> objects = [];
        for (int i = 0; i < 100; i++)
        {
            byte* p = (byte*)machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL);
            Assert.Equal(0u, (nuint)p % align);
            new Span<byte>(p, 200).Fill((byte)i);
            objects.Add((nint)p);
        }
        for (int i = 0; i < objects.Count; i++)
        {
            Assert.False(new Span<byte>((void*)objects[i], 200).ContainsAnyExcept((byte)i));
            machine.Slab.Free(machine.Block, cache, (void*)objects[i]);
        }
        Assert.True(machine.Slab.TryDestroyCache(machine.Block, cache));
    }

    [Fact]
    public void A_write_after_the_release_is_found_at_the_next_allocation_and_the_object_is_repaired()
    {
        using TestMachine test = new(debug: Everything);
        Machine machine = test.Machine;
        byte* p = (byte*)machine.Slab.Allocate(machine.Block, 64, GFP_KERNEL);
        machine.Slab.Free(machine.Block, p);
        Assert.False(new Span<byte>(p, 64).ContainsAnyExcept((byte)0xa5));
        p[20] = 1;
        string report = Bug(() => AllocateAll(machine));
        Assert.Contains("use after free", report);
        Assert.Contains("Freed at", report);
        AllocateAll(machine);
    }

    [Fact]
    public void Double_and_foreign_frees_are_found_with_debugging_too()
    {
        using TestMachine test = new(debug: Everything);
        Machine machine = test.Machine;
        byte* p = (byte*)machine.Slab.Allocate(machine.Block, 64, GFP_KERNEL);
        Assert.Contains("not the start", Bug(() => machine.Slab.Free(machine.Block, p + 8)));
        machine.Slab.Free(machine.Block, p);
        Assert.Contains("double free", Bug(() => machine.Slab.Free(machine.Block, p)));
    }

    [Fact]
    public void Flags_turn_checks_on_for_one_cache()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache poisoned = machine.Slab.CreateCache("poisoned", 40, 0, slab_flags_t.SLAB_POISON, null)!;
        kmem_cache guarded = machine.Slab.CreateCache("guarded", 40, 0, slab_flags_t.SLAB_RED_ZONE, null)!;
        byte* fresh = (byte*)machine.Slab.Allocate(machine.Block, poisoned, GFP_KERNEL);
        Assert.False(new Span<byte>(fresh, 40).ContainsAnyExcept((byte)0xa5));
        byte* p = (byte*)machine.Slab.Allocate(machine.Block, guarded, GFP_KERNEL);
        p[40]++;
        Assert.Contains("outside object", Bug(() => machine.Slab.Free(machine.Block, guarded, p)));
    }

    [Fact]
    public void A_constructed_object_is_not_poisoned()
    {
        using TestMachine test = new(debug: Everything);
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("built", 64, 0, 0, obj => *(long*)obj = 4711)!;
        void* obj = machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL);
        Assert.Equal(4711, *(long*)obj);
        machine.Slab.Free(machine.Block, cache, obj);
        Assert.Equal(4711, *(long*)machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL));
    }

    [Fact]
    public void The_leak_report_names_live_objects_and_their_owners()
    {
        using TestMachine test = new(debug: MachineDebug.Track);
        Machine machine = test.Machine;
        void* small = machine.Slab.Allocate(machine.Block, 50, GFP_KERNEL), large = machine.Slab.Allocate(machine.Block, 5000, GFP_KERNEL);
        string report = machine.ReportLeaks();
        Assert.Contains($"unreferenced object 0x{(nuint)small:x} (size 50): cache kmalloc-64, allocated at", report);
        Assert.Contains("(size 5000): cache kmalloc-8192", report);
        Assert.Contains("SlabDebugTests.cs:", report);
        machine.Slab.Free(machine.Block, small);
        machine.Slab.Free(machine.Block, large);
        Assert.Equal("", machine.ReportLeaks());
    }

    [Fact]
    public void A_machine_that_ends_logs_what_leaked()
    {
        TestMachine test = new(debug: MachineDebug.Track);
        test.Machine.Slab.Allocate(test.Machine.Block, 50, GFP_KERNEL);
        test.Dispose();
        Assert.Contains("kmemleak: live objects at shutdown", test.Log);
    }

    [Theory]
    [InlineData(MachineDebug.InitOnAlloc)]
    [InlineData(MachineDebug.InitOnFree)]
    public void Memory_is_zeroed_on_the_way_out_or_in(MachineDebug debug)
    {
        using TestMachine test = new(debug: debug);
        Machine machine = test.Machine;
        byte* p = (byte*)machine.Slab.Allocate(machine.Block, 64, GFP_KERNEL);
        new Span<byte>(p, 64).Fill(0xff);
        machine.Slab.Free(machine.Block, p);
        for (int i = 0; i < 200; i++)
            Assert.False(new Span<byte>(machine.Slab.Allocate(machine.Block, 64, GFP_KERNEL), 64).ContainsAnyExcept((byte)0));
        page* page = machine.Pages.Allocate(machine.Block, GFP_KERNEL, 0);
        new Span<byte>(machine.Frames.AddressOf(page), 4096).Fill(0xff);
        machine.Pages.Free(machine.Block, page, 0);
        Assert.True(machine.Pages.Allocate(machine.Block, GFP_KERNEL, 0) == page);
        Assert.False(new Span<byte>(machine.Frames.AddressOf(page), 4096).ContainsAnyExcept((byte)0));
    }

    // More than one slab, so that every free object of the first comes by.
    private static void AllocateAll(Machine machine)
    {
        for (int i = 0; i < 100; i++)
            machine.Slab.Allocate(machine.Block, 64, GFP_KERNEL);
    }

    private static string Bug(Action action) => Assert.Throws<KernelBugException>(action).Message;
}
