using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>The handle of a get_cpu section: the same checks as the face's functions, and drains that wait for it but not for ever.</summary>
public unsafe class CpuHandleTests
{
    [Fact]
    public void A_section_with_a_handle_is_a_get_cpu_section()
    {
        Assert.Equal(raw_smp_processor_id(), get_cpu(out cpu_handle cpu));
        Assert.True(in_atomic());
        put_cpu(cpu);
        Assert.False(in_atomic());
    }

    [Fact]
    public void What_one_way_allocates_the_other_frees()
    {
        kmem_cache cache = kmem_cache_create("handle-both-ways", 72, 0, 0, null)!;
        get_cpu(out cpu_handle cpu);
        void* general = cpu.kmalloc(100, GFP_ATOMIC), obj = cpu.kmem_cache_alloc(cache, GFP_ATOMIC);
        void* other = kmalloc(100, GFP_ATOMIC);
        Assert.True(general != other);
        kfree(general);
        cpu.kfree(other);
        put_cpu(cpu);
        kmem_cache_free(cache, obj);
        Assert.Equal(0, kmem_cache_destroy(cache));
    }

    [Fact]
    public void Many_objects_pass_through_it()
    {
        kmem_cache cache = kmem_cache_create("handle-many", 40, 0, 0, null)!;
        nint[] objects = new nint[3000];
        get_cpu(out cpu_handle cpu);
        for (int i = 0; i < objects.Length; i++)
        {
            objects[i] = (nint)cpu.kmem_cache_alloc(cache, GFP_ATOMIC);
            *(nint*)objects[i] = objects[i];
        }
        Assert.Equal(objects.Length, objects.Distinct().Count());
        foreach (nint obj in objects)
        {
            Assert.Equal(obj, *(nint*)obj);
            cpu.kmem_cache_free(cache, (void*)obj);
        }
        put_cpu(cpu);
        Assert.Equal(0, current_machine.Slab.CountAllocated(cache));
        Assert.Equal(0, kmem_cache_destroy(cache));
    }

    [Fact]
    public void Wrong_frees_are_found_and_the_section_goes_on()
    {
        kmem_cache one = kmem_cache_create("handle-one", 64, 0, 0, null)!, two = kmem_cache_create("handle-two", 64, 0, 0, null)!;
        get_cpu(out cpu_handle cpu);
        // Other tests reap all caches: without this the slab might be gone when the object in it is released twice.
        void* kept = cpu.kmem_cache_alloc(one, GFP_ATOMIC);
        byte* obj = (byte*)cpu.kmem_cache_alloc(one, GFP_ATOMIC);
        long onStack = 0;
        Assert.Contains("belongs to cache `handle-one'", BugOf(cpu, c => c.kmem_cache_free(two, obj)));
        Assert.Contains("not the start of an object", BugOf(cpu, c => c.kmem_cache_free(one, obj + 8)));
        Assert.Contains("not kmalloc memory", BugOf(cpu, c => c.kfree(obj)));
        long* local = &onStack;
        Assert.Contains("bad pointer", BugOf(cpu, c => c.kfree(local)));
        cpu.kmem_cache_free(one, obj);
        Assert.Contains("double free", BugOf(cpu, c => c.kmem_cache_free(one, obj)));
        cpu.kmem_cache_free(one, kept);
        Assert.True(in_atomic());
        put_cpu(cpu);
        Assert.Equal(0, kmem_cache_destroy(one));
        Assert.Equal(0, kmem_cache_destroy(two));
    }

    [Theory]
    [InlineData(GFP_KERNEL, true)]
    [InlineData(GFP_NOFS, true)]
    [InlineData(GFP_ATOMIC, false)]
    [InlineData(GFP_NOWAIT, false)]
    public void Flags_that_may_sleep_are_reported(gfp_t flags, bool isReported)
    {
        string log = ProcessKernel.LogOf(() =>
        {
            get_cpu(out cpu_handle cpu);
            cpu.kfree(cpu.kmalloc(10, flags));
            put_cpu(cpu);
        });
        Assert.Equal(isReported, log.Contains("BUG: sleeping function called from invalid context", StringComparison.Ordinal));
    }

    [Fact]
    public void A_handle_of_no_open_section_is_refused()
    {
        Assert.Contains("not one that get_cpu gave", Assert.Throws<KernelBugException>(() => put_cpu(default)).Message);
        Assert.Contains("left already", Assert.Throws<KernelBugException>(() =>
        {
            get_cpu(out cpu_handle cpu);
            put_cpu(cpu);
            put_cpu(cpu);
        }).Message);
        Assert.False(in_atomic());
    }

    [Fact]
    public void Shrinking_inside_a_section_does_not_wait_for_itself()
    {
        kmem_cache cache = kmem_cache_create("handle-shrunk", 64, 0, 0, null)!;
        get_cpu(out cpu_handle cpu);
        cpu.kmem_cache_free(cache, cpu.kmem_cache_alloc(cache, GFP_ATOMIC));
        Assert.Equal(0, kmem_cache_shrink(cache));
        void* obj = cpu.kmem_cache_alloc(cache, GFP_ATOMIC);
        cpu.kmem_cache_free(cache, obj);
        put_cpu(cpu);
        Assert.Equal(0, kmem_cache_destroy(cache));
    }

    [Fact]
    public void Drains_wait_for_sections_and_lose_nothing()
    {
        ObjectExchange exchange = new("handle-drained", 96);
        exchange.Run(threads: 2, seed => Work(exchange, seed), beside: () => current_machine.Slab.Reap());
    }

    [Fact]
    public void Threads_that_end_inside_a_section_do_not_stop_drains()
    {
        for (int i = 0; i < 10; i++)
        {
            bool staysInside = i % 2 == 0;
            Thread thread = new(() => UseInSection(staysInside));
            thread.Start();
            thread.Join();
        }
        current_machine.Slab.Reap();
        Assert.True(current_machine.Slab.IsValid());
    }

    private static void UseInSection(bool staysInside)
    {
        get_cpu(out cpu_handle cpu);
        cpu.kfree(cpu.kmalloc(64, GFP_ATOMIC));
        if (!staysInside)
            put_cpu(cpu);
    }

    private static void Work(ObjectExchange exchange, int seed)
    {
        Random random = new(seed);
        for (int round = 0; round < 2000; round++)
        {
            get_cpu(out cpu_handle cpu);
            for (int i = random.Next(20); i > 0; i--)
            {
                nint obj = (nint)cpu.kmem_cache_alloc(exchange.Cache, GFP_ATOMIC);
                ObjectExchange.Mark(obj);
                exchange.Offer(obj);
                void* plain = kmalloc(50, GFP_ATOMIC);
                if (exchange.TryTake(out nint foreign))
                    cpu.kmem_cache_free(exchange.Cache, (void*)foreign);
                kfree(plain);
            }
            put_cpu(cpu);
        }
    }

    private static string BugOf(cpu_handle cpu, HandleAction action)
    {
        try
        {
            action(cpu);
        }
        catch (KernelBugException bug)
        {
            return bug.Message;
        }
        return "";
    }

    private delegate void HandleAction(cpu_handle cpu);
}
