using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

public unsafe class KfreeRcuTests
{
    [Fact]
    public void A_wrong_pointer_is_the_callers_error()
    {
        kmem_cache cache = kmem_cache_create("rcu-foreign", 64, 0, 0, null)!;
        byte* p = (byte*)kmalloc(64, GFP_KERNEL);
        void* obj = kmem_cache_alloc(cache, GFP_KERNEL);
        Assert.Throws<KernelBugException>(() => kfree_rcu(p + 8));
        Assert.Throws<KernelBugException>(() => kfree_rcu(obj));
        kfree(p);
        Assert.Throws<KernelBugException>(() => kfree_rcu(p));
        kmem_cache_free(cache, obj);
        Assert.Equal(0, kmem_cache_destroy(cache));
    }

    /// <summary>Two releases of the same memory wait side by side; what waits with them is freed all the same.</summary>
    [Fact]
    public void A_double_release_that_is_found_late_keeps_nothing_else_from_being_freed()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        DelayedFrees frees = new(machine);
        void* twice = machine.Slab.Allocate(machine.Block, 3000, GFP_KERNEL), once = machine.Slab.Allocate(machine.Block, 3000, GFP_KERNEL);
        kmem_cache general = machine.Slab.Caches.Single(cache => cache.Name == "kmalloc-4096");
        machine.Rcu.EnterRead(machine.Block);
        frees.Add(twice);
        frees.Add(twice);
        frees.Add(once);
        machine.Rcu.LeaveRead(machine.Block);
        Assert.True(SpinWait.SpinUntil(() => machine.Slab.CountAllocated(general) == 0, TimeSpan.FromMinutes(1)));
        Assert.True(SpinWait.SpinUntil(() => test.Log.Contains("double free detected", StringComparison.Ordinal), TimeSpan.FromMinutes(1)));
    }
}
