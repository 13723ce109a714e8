using Kmem.Slab;

namespace Kmem.Tests.SlabTests;

public unsafe class SlabTests
{
    [Theory]
    [InlineData(1, 32)]
    [InlineData(32, 32)]
    [InlineData(33, 64)]
    [InlineData(65, 96)]
    [InlineData(97, 128)]
    [InlineData(129, 192)]
    [InlineData(193, 256)]
    [InlineData(257, 512)]
    [InlineData(65537, 131072)]
    [InlineData(131072, 131072)]
    public void A_size_is_served_by_the_smallest_class_that_holds_it(int size, int served)
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        void* p = machine.Slab.Allocate(machine.Block, (nuint)size, gfp_t.GFP_KERNEL);
        Assert.Equal((nuint)served, machine.Slab.SizeOf(p));
        Assert.Equal((nuint)0, (nuint)p % ((nuint)served & (nuint)(-served)));
        machine.Slab.Free(machine.Block, p);
    }

    [Fact]
    public void Of_several_threads_that_destroy_a_cache_one_does()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        for (int round = 0; round < 200; round++)
        {
            kmem_cache cache = machine.Slab.CreateCache("destroyed", 64, 0, 0, null)!;
            machine.Slab.Free(machine.Block, cache, machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL));
            int destroyed = 0, refused = 0;
            TestThreads.Run(3, _ =>
            {
                try
                {
                    Assert.True(machine.Slab.TryDestroyCache(machine.Block, cache));
                    Interlocked.Increment(ref destroyed);
                }
                catch (KernelBugException bug) when (bug.Message.Contains("after kmem_cache_destroy", StringComparison.Ordinal))
                {
                    Interlocked.Increment(ref refused);
                }
            });
            Assert.Equal((1, 2), (destroyed, refused));
        }
    }

    [Fact]
    public void A_second_release_that_comes_to_light_after_the_slab_is_gone_is_found()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("gone", 64, 0, 0, null)!, other = machine.Slab.CreateCache("other", 2000, 0, 0, null)!;
        void* obj = machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL);
        machine.Slab.Free(machine.Block, cache, obj);
        machine.Slab.ShrinkCache(machine.Block, cache);
        Assert.True(cache.GiveDrained(&obj, 1) == obj);
        List<nint> taken = [];
        while (taken.Count < 100)
            taken.Add((nint)machine.Slab.Allocate(machine.Block, other, gfp_t.GFP_KERNEL));
        Assert.True(cache.GiveDrained(&obj, 1) == obj);
        foreach (nint one in taken)
            machine.Slab.Free(machine.Block, other, (void*)one);
        Assert.Equal(0, machine.Slab.CountAllocated(other));
    }

    [Fact]
    public void Zero_bytes_are_not_null_and_too_many_are()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        Assert.True(machine.Slab.Allocate(machine.Block, 0, gfp_t.GFP_KERNEL) == SlabAllocator.ZeroSize);
        machine.Slab.Free(machine.Block, SlabAllocator.ZeroSize);
        machine.Slab.Free(machine.Block, null);
        Assert.True(machine.Slab.Allocate(machine.Block, SizeClass.Largest + 1, gfp_t.GFP_KERNEL) == null);
    }

    [Fact]
    public void Dma_memory_lies_below_16_mib()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        void* p = machine.Slab.Allocate(machine.Block, 100, gfp_t.GFP_KERNEL | gfp_t.GFP_DMA);
        Assert.True((nuint)p - (nuint)machine.Memory.DirectMap < 16 * TestMachine.MiB);
        machine.Slab.Free(machine.Block, p);
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(24, 0)]
    [InlineData(100, 8)]
    [InlineData(520, 64)]
    [InlineData(3000, 0)]
    [InlineData(20000, 4096)]
    [InlineData(131072, 0)]
    public void Objects_do_not_overlap_and_are_aligned(int size, int align)
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("objects", (nuint)size, (nuint)align, 0, null)!;
        List<nuint> objects = [];
        for (int i = 0; i < 150; i++)
        {
            void* obj = machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL);
            new Span<byte>(obj, size).Fill((byte)i);
            objects.Add((nuint)obj);
        }
        for (int i = 0; i < objects.Count; i++)
        {
            Assert.Equal((nuint)0, objects[i] % (nuint)Math.Max(align, 8));
            Assert.False(new Span<byte>((void*)objects[i], size).ContainsAnyExcept((byte)i));
            machine.Slab.Free(machine.Block, cache, (void*)objects[i]);
        }
        Assert.True(machine.IsValid());
        Assert.True(machine.Slab.TryDestroyCache(machine.Block, cache));
    }

    [Fact]
    public void A_constructor_runs_once_for_each_object_of_a_slab_and_its_state_stays()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        int runs = 0;
        kmem_cache cache = machine.Slab.CreateCache("built", 64, 0, 0, obj =>
        {
            runs++;
            *(long*)obj = 4711;
        })!;
        for (int i = 0; i < 5; i++)
        {
            void* obj = machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL);
            Assert.Equal(4711, *(long*)obj);
            machine.Slab.Free(machine.Block, cache, obj);
        }
        Assert.Equal((int)cache.Geometry.ObjectsPerSlab, runs);
    }

    [Fact]
    public void Slabs_have_colours()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("coloured", 300, 0, 0, null)!;
        HashSet<nuint> offsets = [];
        for (uint i = 0; i < cache.Geometry.Colours * cache.Geometry.ObjectsPerSlab; i++)
        {
            void* obj = machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL);
            SlabDescriptor* slab = (SlabDescriptor*)machine.Frames.PageOf(obj)->Slab;
            offsets.Add((nuint)slab->Objects % cache.Geometry.SlabBytes);
        }
        Assert.True(cache.Geometry.Colours > 1);
        Assert.Equal((int)cache.Geometry.Colours, offsets.Count);
    }

    [Fact]
    public void A_double_free_is_found_in_the_array_the_shared_array_and_the_slab()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        void* p = machine.Slab.Allocate(machine.Block, 200, gfp_t.GFP_KERNEL);
        machine.Slab.Free(machine.Block, p);
        Assert.Contains("double free", Bug(() => machine.Slab.Free(machine.Block, p)));
        void* other = machine.Slab.Allocate(machine.Block, 200, gfp_t.GFP_KERNEL);
        machine.Blocks.Drain(block => ArraySlot.Of((Execution.CpuBlock*)block, (nuint)SizeClass.Of(200))->Count = 0);
        machine.Slab.Free(machine.Block, other);
        Assert.Contains("double free", Bug(() => machine.Slab.Free(machine.Block, other)));
    }

    [Fact]
    public void Foreign_interior_and_misdirected_pointers_are_found_and_nothing_changes()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache one = machine.Slab.CreateCache("one", 48, 0, 0, null)!, two = machine.Slab.CreateCache("two", 48, 0, 0, null)!;
        byte* obj = (byte*)machine.Slab.Allocate(machine.Block, one, gfp_t.GFP_KERNEL);
        long onStack = 0;
        nint local = (nint)(&onStack);
        Assert.Contains("not the start of an object", Bug(() => machine.Slab.Free(machine.Block, one, obj + 8)));
        Assert.Contains("belongs to cache `one'", Bug(() => machine.Slab.Free(machine.Block, two, obj)));
        Assert.Contains("not kmalloc memory", Bug(() => machine.Slab.Free(machine.Block, obj)));
        Assert.Contains("bad pointer", Bug(() => machine.Slab.Free(machine.Block, (void*)local)));
        Assert.Contains("is no slab object", Bug(() => machine.Slab.Free(machine.Block, one, (void*)local)));
        machine.Slab.Free(machine.Block, one, obj);
        Assert.True(machine.IsValid());
        Assert.True(machine.Slab.TryDestroyCache(machine.Block, one));
    }

    [Fact]
    public void A_cache_with_live_objects_is_not_destroyed_and_stays_usable()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("live", 64, 0, 0, null)!;
        void* obj = machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL);
        Assert.False(machine.Slab.TryDestroyCache(machine.Block, cache));
        machine.Slab.Free(machine.Block, cache, obj);
        Assert.True(machine.Slab.TryDestroyCache(machine.Block, cache));
        Assert.Contains("after kmem_cache_destroy", Bug(() => machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL)));
    }

    [Theory]
    [InlineData("", 64, 0, "needs a name")]
    [InlineData("zero", 0, 0, "0 bytes")]
    [InlineData("huge", 200000, 0, "200000 bytes")]
    [InlineData("skewed", 64, 24, "alignment of 24")]
    [InlineData("kmalloc-64", 64, 0, "exists")]
    public void A_cache_that_cannot_be_is_null_with_a_reason_or_a_panic(string name, int size, int align, string reason)
    {
        using TestMachine test = new();
        Assert.Null(test.Machine.Slab.CreateCache(name, (nuint)size, (nuint)align, 0, null));
        Assert.Contains(reason, test.Log);
        Assert.Contains(reason, Bug(() => test.Machine.Slab.CreateCache(name, (nuint)size, (nuint)align, slab_flags_t.SLAB_PANIC, null)));
    }

    [Fact]
    public void High_memory_flags_are_fixed_up_with_a_warning()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        void* p = machine.Slab.Allocate(machine.Block, 64, gfp_t.GFP_KERNEL | gfp_t.__GFP_HIGHMEM);
        Assert.True(machine.Memory.IsDirectMapped(p));
        Assert.Contains("unexpected gfp", test.Log);
    }

    [Fact]
    public void A_tuned_array_keeps_at_most_its_limit()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("tuned", 64, 0, 0, null)!;
        machine.Slab.Free(machine.Block, cache, machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL));
        cache.Tune(5, 2);
        nint[] objects = new nint[50];
        for (int i = 0; i < objects.Length; i++)
            objects[i] = (nint)machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL);
        foreach (nint obj in objects)
        {
            machine.Slab.Free(machine.Block, cache, (void*)obj);
            Assert.InRange(machine.Slab.CountInArrays(cache), 1, 5);
        }
        Assert.Equal(0, machine.Slab.CountAllocated(cache));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Tune(249, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => cache.Tune(5, 6));
    }

    /// <summary>Slabs must not come and go with every burst that one thread hands to another, but what is far too much goes back.</summary>
    [Theory]
    [InlineData(6000, 6000)]
    [InlineData(20_000, 8192)]
    public void Thousands_of_free_objects_stay_out_of_the_slabs(int freed, int kept)
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("burst", 256, 0, 0, null)!;
        nint[] objects = new nint[freed];
        for (int i = 0; i < objects.Length; i++)
            objects[i] = (nint)machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_KERNEL);
        foreach (nint obj in objects)
            machine.Slab.Free(machine.Block, cache, (void*)obj);
        Assert.InRange(cache.Count().InDepot, kept - kmem_cache.MostCapacity, kept);
        Assert.Equal(0, machine.Slab.CountAllocated(cache));
    }

    [Fact]
    public void Reaping_gives_everything_back()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        ulong free = machine.FreeBytes;
        List<nint> held = [];
        for (int i = 0; i < 20000; i++)
            held.Add((nint)machine.Slab.Allocate(machine.Block, (nuint)(1 + i % 2000), gfp_t.GFP_KERNEL));
        foreach (nint p in held)
            machine.Slab.Free(machine.Block, (void*)p);
        machine.Slab.Reap();
        Assert.Equal(free, machine.FreeBytes);
    }

    [Fact]
    public void Without_memory_the_result_is_null_and_caches_are_reaped_before()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        List<nint> held = [];
        void* p;
        while ((p = machine.Slab.Allocate(machine.Block, 4096, gfp_t.GFP_KERNEL | gfp_t.__GFP_NOWARN)) != null)
            held.Add((nint)p);
        foreach (nint one in held)
            machine.Slab.Free(machine.Block, (void*)one);
        Assert.True(machine.Slab.Allocate(machine.Block, 131072, gfp_t.GFP_KERNEL) != null);
    }

    private static string Bug(Action action) => Assert.Throws<KernelBugException>(action).Message;
}
