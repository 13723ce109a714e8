using Kmem.Execution;

namespace Kmem.Tests.ExecutionTests;

public unsafe class VirtualCpuTests
{
    [Theory]
    [InlineData(1, 3)]
    [InlineData(2, 2)]
    [InlineData(2, 5)]
    public void No_two_threads_are_in_a_section_on_one_cpu(int cpus, int threads)
    {
        using TestMachine test = new(cpus: cpus);
        ContextTracker context = test.Machine.Context;
        int[] inside = new int[cpus];
        long[] sums = new long[cpus];
        int collisions = 0;
        Run(threads, () =>
        {
            CpuBlock* block = test.Machine.Block;
            for (int i = 0; i < 20000; i++)
            {
                context.Enter(block, SectionKind.PinnedCpu);
                int cpu = block->Cpu;
                if (Interlocked.Increment(ref inside[cpu]) != 1)
                    Interlocked.Increment(ref collisions);
                sums[cpu]++;
                Interlocked.Decrement(ref inside[cpu]);
                context.Leave(block, SectionKind.PinnedCpu);
            }
        });
        Assert.Equal(0, collisions);
        Assert.Equal(20000L * threads, sums.Sum());
    }

    [Fact]
    public void An_idle_thread_gives_up_its_cpu_and_one_in_a_section_does_not()
    {
        using TestMachine test = new(cpus: 1);
        ContextTracker context = test.Machine.Context;
        CpuBlock* block = test.Machine.Block;
        context.Enter(block, SectionKind.Preemption);
        using ManualResetEventSlim entered = new();
        Thread other = new(() =>
        {
            CpuBlock* mine = test.Machine.Block;
            context.Enter(mine, SectionKind.Preemption);
            entered.Set();
            context.Leave(mine, SectionKind.Preemption);
        });
        other.Start();
        Assert.False(entered.Wait(30));
        context.Leave(block, SectionKind.Preemption);
        other.Join();
        Assert.True(entered.IsSet);
        context.Enter(block, SectionKind.Preemption);
        context.Leave(block, SectionKind.Preemption);
    }

    [Fact]
    public void A_thread_that_ends_gives_back_its_block_and_what_lies_in_it()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        int before = machine.Blocks.Count;
        StartAndEnd(machine);
        for (int i = 0; i < 100 && machine.Blocks.Count > before; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(before, machine.Blocks.Count);
        Assert.Equal(0, machine.Slab.CountAllocated(machine.Slab.Caches.First()));
    }

    [Fact]
    public void The_cpu_of_a_thread_that_ended_in_a_section_comes_back()
    {
        using TestMachine test = new(cpus: 1);
        ContextTracker context = test.Machine.Context;
        Run(1, () => context.Enter(test.Machine.Block, SectionKind.Preemption));
        CpuBlock* block = test.Machine.Block;
        context.Enter(block, SectionKind.Preemption);
        Assert.Equal(1ul, block->Held);
        context.Leave(block, SectionKind.Preemption);
    }

    private static void StartAndEnd(Machine machine) =>
        Run(4, () => machine.Slab.Free(machine.Block, machine.Slab.Allocate(machine.Block, 32, gfp_t.GFP_KERNEL)));

    private static void Run(int threads, Action body)
    {
        Thread[] all = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => body()))];
        foreach (Thread thread in all)
            thread.Start();
        foreach (Thread thread in all)
            thread.Join();
    }
}
