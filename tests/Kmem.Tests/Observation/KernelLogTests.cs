using Kmem.Observation;

namespace Kmem.Tests.ObservationTests;

/// <summary>A log that fails is not the failure of who reports.</summary>
public class KernelLogTests
{
    [Fact]
    public unsafe void A_failing_log_does_not_make_an_allocation_fail_otherwise()
    {
        using Machine machine = new(new MachineOptions { MemorySize = 16 * TestMachine.MiB, Cpus = 1, Log = _ => throw new InvalidOperationException("full") });
        Assert.True(machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, 11) == null);
        Assert.True(machine.IsValid());
    }

    [Fact]
    public void The_log_gets_each_line()
    {
        List<string> lines = [];
        KernelLog log = new(lines.Add);
        log.Write("one");
        log.Write("two");
        Assert.Equal(["one", "two"], lines);
    }
}
