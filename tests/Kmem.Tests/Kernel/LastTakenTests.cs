using Kmem.Slab;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>
/// An object that comes back right after it was taken is checked less: what is left must still find every release that is wrong. Other tests reap all caches meanwhile, so an
/// object is kept where a slab must stay.
/// </summary>
public unsafe class LastTakenTests
{
    private static int s_caches;

    public enum Way
    {
        Face,
        Handle,
    }

    [Theory]
    [InlineData(Way.Face)]
    [InlineData(Way.Handle)]
    public void It_comes_back_as_often_as_it_is_taken(Way way)
    {
        kmem_cache cache = Create("taken-again");
        for (int i = 0; i < 100; i++)
        {
            void* obj = Take(cache, way);
            Assert.Equal(1, current_machine.Slab.CountAllocated(cache));
            Release(cache, obj, way);
        }
        AssertWhole(cache);
    }

    [Theory]
    [InlineData(Way.Face)]
    [InlineData(Way.Handle)]
    public void A_second_release_is_found_whatever_was_released_in_between(Way way)
    {
        kmem_cache cache = Create("taken-twice");
        void* kept = Take(cache, way);
        nint x = (nint)Take(cache, way), y = (nint)Take(cache, way), z = (nint)Take(cache, way);
        // The place that x was taken from is the top again once the others are back in another order.
        Release(cache, (void*)x, way);
        Release(cache, (void*)z, way);
        Assert.Contains("double free", Bug(() => Release(cache, (void*)x, way)));
        Release(cache, (void*)y, way);
        Assert.Contains("double free", Bug(() => Release(cache, (void*)x, way)));
        Assert.Contains("double free", Bug(() => Release(cache, (void*)y, way)));
        Release(cache, kept, way);
        AssertWhole(cache);
    }

    [Theory]
    [InlineData(Way.Face)]
    [InlineData(Way.Handle)]
    public void A_release_after_another_thread_s_is_found(Way way)
    {
        kmem_cache cache = Create("taken-elsewhere");
        void* kept = Take(cache, way);
        nint obj = (nint)Take(cache, way);
        TestThreads.Run(1, _ => kmem_cache_free(cache, (void*)obj));
        Assert.Contains("double free", Bug(() => Release(cache, (void*)obj, way)));
        Release(cache, kept, way);
        AssertWhole(cache);
    }

    [Theory]
    [InlineData(Way.Face)]
    [InlineData(Way.Handle)]
    public void A_release_after_its_slab_is_gone_is_found(Way way)
    {
        kmem_cache cache = Create("taken-and-gone");
        nint obj = (nint)Take(cache, way);
        TestThreads.Run(1, _ => kmem_cache_free(cache, (void*)obj));
        Assert.Equal(0, kmem_cache_shrink(cache));
        Assert.Throws<KernelBugException>(() => Release(cache, (void*)obj, way));
        AssertWhole(cache);
    }

    /// <summary>The page may be anybody's by then, and what is written there hide that the object is free.</summary>
    [Fact]
    public void No_array_remembers_objects_whose_slab_is_gone()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("forgotten", 64, 0, 0, null)!;
        ArraySlot* slot = ArraySlot.Of(machine.Block, (nuint)cache.Number);
        List<nint> taken = [];
        while (taken.Count < 200 || slot->Count + 1 != cache.Batch)
            taken.Add((nint)machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL));
        // An object of the first slab goes where the array remembers it for long.
        nint kept = taken[0];
        machine.Slab.Free(machine.Block, cache, (void*)kept);
        Assert.Equal(kept, (nint)machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL));
        while (slot->Count > 0)
            taken.Add((nint)machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL));
        nint last = taken[^1];
        Assert.Equal(last, (nint)ArraySlot.Objects(slot)[slot->Count]);
        TestThreads.Run(1, _ =>
        {
            foreach (nint obj in taken.Where(obj => obj != kept))
                machine.Slab.Free(machine.Block, cache, (void*)obj);
        });
        machine.Slab.ShrinkCache(machine.Block, cache);
        List<nint> remembered = Remembered(slot);
        Assert.Contains(kept, remembered);
        Assert.All(remembered, obj => Assert.Equal((uint)cache.Number, machine.Frames.Owners[machine.Frames.Memory.FrameOf((void*)obj)] & FrameOwner.NumberMask));
        *(nuint*)(last + (nint)slot->MarkOffset) = 0;
        Assert.False(ArraySlot.TryPutBack(slot, (void*)last, slot->MarkOffset));
        machine.Slab.Free(machine.Block, cache, (void*)kept);
    }

    [Fact]
    public void What_comes_back_to_kmalloc_by_a_handle_is_checked_too()
    {
        get_cpu(out cpu_handle cpu);
        // Kept, as other tests reap all caches.
        void* kept = cpu.kmalloc(200, GFP_ATOMIC);
        byte* last = (byte*)cpu.kmalloc(200, GFP_ATOMIC);
        byte* before = (byte*)kmalloc(1000, GFP_ATOMIC);
        string inside = BugOf(cpu, last + 8), outside = BugOf(cpu, &cpu);
        cpu.kfree(last);
        string again = BugOf(cpu, last);
        cpu.kfree(before);
        cpu.kfree(null);
        cpu.kfree(kept);
        put_cpu(cpu);
        Assert.Contains("not the start of an object", inside);
        Assert.Contains("bad pointer", outside);
        // Its slab may be gone.
        Assert.Matches("double free|bad pointer", again);
    }

    [Theory]
    [InlineData(Way.Face)]
    [InlineData(Way.Handle)]
    public void Another_cache_does_not_take_it(Way way)
    {
        kmem_cache one = Create("taken-from-one"), two = Create("taken-from-two");
        nint obj = (nint)Take(one, way);
        Release(two, Take(two, way), way);
        Assert.Contains("belongs to cache `taken-from-one-", Bug(() => Release(two, (void*)obj, way)));
        Assert.Contains("not kmalloc memory", Bug(() => kfree((void*)obj)));
        Release(one, (void*)obj, way);
        AssertWhole(one);
        AssertWhole(two);
    }

    [Theory]
    [InlineData(Way.Face)]
    [InlineData(Way.Handle)]
    public void No_object_is_not_what_an_empty_array_has(Way way)
    {
        kmem_cache cache = Create("taken-never");
        Assert.Contains("is no slab object", Bug(() => Release(cache, null, way)));
        void* obj = Take(cache, way);
        Assert.Contains("is no slab object", Bug(() => Release(cache, null, way)));
        Release(cache, obj, way);
        AssertWhole(cache);
    }

    /// <summary>Whoever has the address of an object whose slab is gone must find the start of an object there, if there is a slab of the cache again.</summary>
    [Fact]
    public void A_place_has_its_colour_for_ever()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("coloured", 300, 0, 0, null)!;
        Dictionary<uint, nuint> colours = [];
        for (int round = 0; round < 5; round++)
        {
            List<nint> objects = [];
            for (int i = 0; i < 60 + round; i++)
                objects.Add((nint)machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL));
            foreach (nint obj in objects)
            {
                SlabDescriptor* slab = (SlabDescriptor*)machine.Frames.PageOf((void*)obj)->Slab;
                nuint offset = (nuint)slab->Objects % cache.Geometry.SlabBytes;
                Assert.Equal(offset, colours.TryAdd(machine.Frames.FrameOf(slab->Page), offset) ? offset : colours[machine.Frames.FrameOf(slab->Page)]);
                machine.Slab.Free(machine.Block, cache, (void*)obj);
            }
            machine.Slab.ShrinkCache(machine.Block, cache);
        }
        Assert.True(colours.Values.Distinct().Count() > 1);
    }

    private static List<nint> Remembered(ArraySlot* slot)
    {
        List<nint> objects = [];
        for (int i = 0; i <= Sheaf.Room; i++)
        {
            if (ArraySlot.Objects(slot)[i] != null)
                objects.Add((nint)ArraySlot.Objects(slot)[i]);
        }
        return objects;
    }

    private static kmem_cache Create(string name) => kmem_cache_create($"{name}-{Interlocked.Increment(ref s_caches)}", 64, 0, 0, null)!;

    private static void* Take(kmem_cache cache, Way way)
    {
        if (way == Way.Face)
            return kmem_cache_alloc(cache, GFP_ATOMIC);
        get_cpu(out cpu_handle cpu);
        void* obj = cpu.kmem_cache_alloc(cache, GFP_ATOMIC);
        put_cpu(cpu);
        return obj;
    }

    private static void Release(kmem_cache cache, void* obj, Way way)
    {
        if (way == Way.Face)
        {
            kmem_cache_free(cache, obj);
            return;
        }
        get_cpu(out cpu_handle cpu);
        try
        {
            cpu.kmem_cache_free(cache, obj);
        }
        finally
        {
            put_cpu(cpu);
        }
    }

    private static string BugOf(cpu_handle cpu, void* p)
    {
        try
        {
            cpu.kfree(p);
            return "";
        }
        catch (KernelBugException bug)
        {
            return bug.Message;
        }
    }

    private static string Bug(Action action) => Assert.Throws<KernelBugException>(action).Message;

    private static void AssertWhole(kmem_cache cache)
    {
        Assert.Equal(0, current_machine.Slab.CountAllocated(cache));
        Assert.True(cache.IsValid());
        Assert.Equal(0, kmem_cache_destroy(cache));
    }
}
