using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

public unsafe class MempoolTests
{
    [Fact]
    public void The_reserve_serves_when_the_cache_has_no_memory_and_then_one_waits()
    {
        using TestMachine test = new(memory: 8 * TestMachine.MiB);
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("pooled", 2048, 0, 0, null)!;
        mempool_t pool = mempool_t.Create(machine.Slab, machine.Block, cache, 2)!;
        machine.Faults = new fault_attr { interval = 1, cache = "pooled" };
        void* first = pool.Allocate(machine.Block, GFP_ATOMIC), second = pool.Allocate(machine.Block, GFP_KERNEL);
        Assert.True(first != null && second != null && first != second);
        Assert.True(pool.Allocate(machine.Block, GFP_ATOMIC) == null);
        nint waited = 0;
        Thread waiter = new(() => waited = (nint)pool.Allocate(machine.Block, GFP_KERNEL));
        waiter.Start();
        Assert.False(waiter.Join(30));
        pool.Free(machine.Block, first);
        waiter.Join();
        Assert.Equal((nint)first, waited);
        Assert.Contains("still out", Assert.Throws<KernelBugException>(() => pool.Destroy(machine.Block)).Message);
        pool.Free(machine.Block, first);
        Assert.Contains("double free", Assert.Throws<KernelBugException>(() => pool.Free(machine.Block, first)).Message);
        pool.Free(machine.Block, second);
        pool.Destroy(machine.Block);
        machine.Faults = null;
        Assert.True(machine.Slab.TryDestroyCache(machine.Block, cache));
    }

    [Fact]
    public void The_face_makes_and_ends_pools()
    {
        kmem_cache cache = kmem_cache_create("face-pooled", 64, 0, 0, null)!;
        mempool_t pool = mempool_create_slab_pool(4, cache)!;
        void* obj = mempool_alloc(pool, GFP_KERNEL);
        mempool_free(obj, pool);
        mempool_free(null, pool);
        mempool_destroy(pool);
        mempool_destroy(null);
        Assert.Throws<KernelBugException>(() => mempool_alloc(pool, GFP_KERNEL));
        Assert.Equal(0, kmem_cache_destroy(cache));
    }
}
