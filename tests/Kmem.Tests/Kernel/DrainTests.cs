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
        ObjectExchange exchange = new("drained", 120);
        exchange.Run(threads: 3, seed => Work(exchange, seed), beside: () =>
        {
            kmem_cache_shrink(exchange.Cache);
            current_machine.Pages.Stash.Drain();
            current_machine.Slab.Reap();
        });
    }

    private static void Work(ObjectExchange exchange, int seed)
    {
        Random random = new(seed);
        List<nint> held = [];
        for (int i = 0; i < Rounds; i++)
        {
            nint obj = (nint)kmem_cache_alloc(exchange.Cache, GFP_KERNEL);
            ObjectExchange.Mark(obj);
            held.Add(obj);
            byte* general = (byte*)kmalloc((nuint)random.Next(1, 3000), GFP_ATOMIC);
            *general = (byte)i;
            nuint page = __get_free_page(GFP_KERNEL);
            *(nuint*)page = page + 1;
            if (random.Next(3) == 0 && exchange.TryTake(out nint foreign))
                exchange.Release(foreign);
            if (held.Count > 40)
            {
                int index = random.Next(held.Count);
                if (random.Next(2) == 0)
                    exchange.Offer(held[index]);
                else
                    exchange.Release(held[index]);
                held.RemoveAt(index);
            }
            Assert.Equal((byte)i, *general);
            kfree(general);
            Assert.Equal(page + 1, *(nuint*)page);
            free_page(page);
        }
        foreach (nint obj in held)
            exchange.Release(obj);
    }
}
