using System.Collections.Concurrent;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>Threads on the hot paths while others empty their arrays: what reclaim, shrink, destroy and the end of threads do.</summary>
public unsafe class DrainTests
{
    private const int Rounds = 30000;

    [Fact]
    public void Emptying_arrays_under_running_threads_loses_and_mixes_nothing()
    {
        kmem_cache cache = kmem_cache_create("drained", 120, 0, 0, null)!;
        ConcurrentQueue<nint> exchange = new();
        Exception? failure = null;
        int running = 3;
        Thread[] threads = [.. Enumerable.Range(1, 3).Select(seed => new Thread(() =>
        {
            failure = Record.Exception(() => Work(cache, exchange, seed)) ?? failure;
            Interlocked.Decrement(ref running);
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        while (Volatile.Read(ref running) > 0)
        {
            kmem_cache_shrink(cache);
            current_machine.Pages.Stash.Drain();
            current_machine.Slab.Reap();
            Thread.Yield();
        }
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Null(failure);
        while (exchange.TryDequeue(out nint obj))
            kmem_cache_free(cache, (void*)obj);
        Assert.True(current_machine.Slab.Caches.Single(one => one == cache).IsValid());
        Assert.Equal(0, current_machine.Slab.CountAllocated(cache));
        Assert.Equal(0, kmem_cache_destroy(cache));
    }

    // Each object carries its own address while it is held; another owner would overwrite it.
    private static void Work(kmem_cache cache, ConcurrentQueue<nint> exchange, int seed)
    {
        Random random = new(seed);
        List<nint> held = [];
        for (int i = 0; i < Rounds; i++)
        {
            void* obj = kmem_cache_alloc(cache, GFP_KERNEL);
            *(nint*)obj = (nint)obj;
            held.Add((nint)obj);
            byte* general = (byte*)kmalloc((nuint)random.Next(1, 3000), GFP_ATOMIC);
            *general = (byte)i;
            nuint page = __get_free_page(GFP_KERNEL);
            *(nuint*)page = page + 1;
            if (random.Next(3) == 0 && exchange.TryDequeue(out nint foreign))
                Release(cache, foreign);
            if (held.Count > 40)
            {
                int index = random.Next(held.Count);
                if (random.Next(2) == 0)
                    exchange.Enqueue(held[index]);
                else
                    Release(cache, held[index]);
                held.RemoveAt(index);
            }
            Assert.Equal((byte)i, *general);
            kfree(general);
            Assert.Equal(page + 1, *(nuint*)page);
            free_page(page);
        }
        foreach (nint obj in held)
            Release(cache, obj);
    }

    private static void Release(kmem_cache cache, nint obj)
    {
        Assert.Equal(obj, *(nint*)obj);
        kmem_cache_free(cache, (void*)obj);
    }
}
