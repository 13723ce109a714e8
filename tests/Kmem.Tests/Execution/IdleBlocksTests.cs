using Kmem.Execution;
using Kmem.Slab;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.ExecutionTests;

/// <summary>Arrays in which nothing has changed are emptied at the second look, others stay.</summary>
public unsafe class IdleBlocksTests
{
    [Fact]
    public void An_idle_thread_keeps_nothing_and_goes_on_afterwards()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("idle", 64, 0, 0, null)!;
        UseOnce(machine, cache);
        Assert.True(machine.Slab.CountInArrays(cache) > 0);
        machine.Blocks.Idle.Reap();
        Assert.True(machine.Slab.CountInArrays(cache) > 0);
        machine.Blocks.Idle.Reap();
        Assert.Equal(0, machine.Slab.CountInArrays(cache));
        Assert.True(ArraySlot.Of(machine.Block, (nuint)cache.Number)->Spare == null);
        UseOnce(machine, cache);
        Assert.True(machine.Slab.CountInArrays(cache) > 0);
        Assert.Equal(0, machine.Slab.CountAllocated(cache));
    }

    [Fact]
    public void A_working_thread_keeps_its_arrays()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("busy", 64, 0, 0, null)!;
        List<nint> held = [];
        for (int i = 0; i < 5; i++)
        {
            held.Add((nint)machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL));
            machine.Blocks.Idle.Reap();
            Assert.True(machine.Slab.CountInArrays(cache) > 0);
        }
        foreach (nint obj in held)
            machine.Slab.Free(machine.Block, cache, (void*)obj);
    }

    [Fact]
    public void Pages_kept_ready_go_back_too()
    {
        for (int i = 0; i < 2; i++)
            free_pages(__get_free_pages(GFP_KERNEL, 1), 1);
        CpuBlock* block = Booted.Block;
        Assert.True(block->StashCounts[1] > 0);
        current_machine.Blocks.Idle.Reap();
        current_machine.Blocks.Idle.Reap();
        Assert.Equal(0u, block->StashCounts[1]);
        free_pages(__get_free_pages(GFP_KERNEL, 1), 1);
    }

    [Fact]
    public void The_timer_does_it_without_being_asked()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("watched", 64, 0, 0, null)!;
        UseOnce(machine, cache);
        Assert.True(SpinWait.SpinUntil(() => machine.Slab.CountInArrays(cache) == 0, TimeSpan.FromMinutes(1)));
    }

    private static void UseOnce(Machine machine, kmem_cache cache) =>
        machine.Slab.Free(machine.Block, cache, machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL));
}
