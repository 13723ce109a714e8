using static Kmem.gfp_t;
using static Kmem.slab_flags_t;

namespace Kmem.Tests.SlabTests;

/// <summary>What the flags of a cache, and where its slabs' descriptors lie, mean to its users.</summary>
public unsafe class CacheFlagTests
{
    [Fact]
    public void A_dma_cache_takes_its_slabs_from_the_dma_zone()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("dma", 100, 0, SLAB_CACHE_DMA, null)!;
        void* obj = machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL);
        Assert.Equal("DMA", machine.Pages.ZoneOf(machine.Frames.FrameOf(machine.Frames.PageOf(obj))).Name);
    }

    [Theory]
    [InlineData(SLAB_NONE, "SUnreclaim")]
    [InlineData(SLAB_RECLAIM_ACCOUNT, "SReclaimable")]
    public void Slabs_count_as_what_the_cache_says(slab_flags_t flags, string field)
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("counted", 4096, 0, flags, null)!;
        ulong before = Field(machine, field);
        machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL);
        Assert.InRange(Field(machine, field), before + 4, ulong.MaxValue);
    }

    [Theory]
    [InlineData(24, 32)]
    [InlineData(40, 64)]
    [InlineData(64, 64)]
    [InlineData(200, 64)]
    public void Objects_can_be_kept_from_straddling_cache_lines(int size, int alignment)
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("aligned", (nuint)size, 0, SLAB_HWCACHE_ALIGN, null)!;
        for (int i = 0; i < 50; i++)
            Assert.Equal((nuint)0, (nuint)machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL) % (nuint)alignment);
    }

    [Fact]
    public void Bits_that_are_no_flag_are_refused()
    {
        using TestMachine test = new();
        Assert.Null(test.Machine.Slab.CreateCache("odd", 64, 0, (slab_flags_t)1, null));
        Assert.Contains("cache `odd' is not created: 0x1 is no flag", test.Log);
        Assert.Throws<KernelBugException>(() => test.Machine.Slab.CreateCache("odd", 64, 0, (slab_flags_t)1 | SLAB_PANIC, null));
    }

    /// <summary>A descriptor in the slab would cost large objects a page; one elsewhere costs small ones an allocation.</summary>
    [Theory]
    [InlineData(100, false)]
    [InlineData(400, false)]
    [InlineData(512, true)]
    [InlineData(8192, true)]
    public void Descriptors_lie_on_the_slab_or_off_it_by_the_size_of_the_objects(int size, bool isOffSlab)
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("described", (nuint)size, 0, 0, null)!;
        int before = machine.Slab.CountAllocated(machine.Slab.DescriptorCache);
        byte* obj = (byte*)machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL);
        byte* start = (byte*)machine.Frames.AddressOf(((Slab.SlabDescriptor*)machine.Frames.PageOf(obj)->Slab)->Page);
        byte* descriptor = (byte*)machine.Frames.PageOf(obj)->Slab;
        Assert.Equal(isOffSlab, descriptor < start || descriptor >= start + cache.Geometry.SlabBytes);
        Assert.Equal(before + (isOffSlab ? 1 : 0), machine.Slab.CountAllocated(machine.Slab.DescriptorCache));
        machine.Slab.Free(machine.Block, cache, obj);
        Assert.True(machine.Slab.TryDestroyCache(machine.Block, cache));
        Assert.Equal(before, machine.Slab.CountAllocated(machine.Slab.DescriptorCache));
    }

    [Fact]
    public void A_cache_that_must_not_grow_gives_what_its_slabs_have()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("small", 1024, 0, 0, null)!;
        Assert.True(machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL | __GFP_NO_GROW) == null);
        machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL);
        int more = 0;
        while (machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL | __GFP_NO_GROW) != null)
            more++;
        Assert.Equal((int)cache.Geometry.ObjectsPerSlab - 1, more);
    }

    private static ulong Field(Machine machine, string name) =>
        ulong.Parse(machine.DescribeMemory().Split('\n').Single(line => line.StartsWith(name + ":", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture);
}
