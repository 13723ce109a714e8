using static Kmem.gfp_t;

namespace Kmem.Tests.MachineTests;

public unsafe class DisposalTests
{
    [Fact]
    public void A_second_disposal_closes_and_unmaps_nothing_of_others()
    {
        List<string> log = [];
        Machine machine = new(new MachineOptions { MemorySize = 16 * TestMachine.MiB, Debug = MachineDebug.Track, Log = log.Add });
        Assert.True(machine.Slab.Allocate(machine.Block, 100, GFP_KERNEL) != null);
        machine.Dispose();
        // Gets the number and the addresses that were the machine's.
        using Machine next = new(new MachineOptions { MemorySize = 16 * TestMachine.MiB });
        int* p = (int*)next.Slab.Allocate(next.Block, 100, GFP_KERNEL);
        *p = 7;
        machine.Dispose();
        void* area = next.Vmalloc.Allocate(next.Block, 4096, GFP_KERNEL);
        *(int*)area = *p;
        Assert.Equal(7, *(int*)next.Frames.AddressOf(next.Vmalloc.PageOf(area)));
        next.Vmalloc.Free(next.Block, area);
        next.Slab.Free(next.Block, p);
        Assert.Contains("live objects at shutdown", Assert.Single(log));
    }

    [Fact]
    public void The_machine_of_the_process_cannot_be_disposed()
    {
        Assert.Contains("as long as the process", Assert.Throws<InvalidOperationException>(Kernel.current_machine.Dispose).Message);
        Kernel.kfree(Kernel.kmalloc(100, GFP_KERNEL));
    }

    [Fact]
    public void A_disposed_machine_says_so()
    {
        Machine machine = new(new MachineOptions { MemorySize = 16 * TestMachine.MiB });
        machine.Dispose();
        Assert.Throws<ObjectDisposedException>(() => machine.FreeBytes);
        Assert.Throws<ObjectDisposedException>(() => machine.SlabBytes);
        Assert.Throws<ObjectDisposedException>(() => machine.Faults = null);
        Assert.Throws<ObjectDisposedException>(() => machine.IsValid());
        Assert.Throws<ObjectDisposedException>(machine.ReportLeaks);
        Assert.Throws<ObjectDisposedException>(machine.Reclaim);
        Assert.Throws<ObjectDisposedException>(() => machine.Interrupts.Raise(1));
        Assert.Equal(Environment.ProcessorCount, machine.CpuCount);
    }

    [Fact]
    public void It_says_so_to_threads_that_were_in_it_too()
    {
        Machine machine = new(new MachineOptions { MemorySize = 16 * TestMachine.MiB });
        using ManualResetEventSlim isIn = new(), isDisposed = new();
        Exception? error = null;
        Thread other = new(() =>
        {
            machine.Slab.Free(machine.Block, machine.Slab.Allocate(machine.Block, 100, GFP_KERNEL));
            isIn.Set();
            isDisposed.Wait();
            error = Record.Exception(() => machine.Interrupts.Raise(1));
        });
        other.Start();
        isIn.Wait();
        machine.Dispose();
        isDisposed.Set();
        other.Join();
        Assert.IsType<ObjectDisposedException>(error);
    }
}
