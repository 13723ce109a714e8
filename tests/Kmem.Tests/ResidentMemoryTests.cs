using static Kmem.gfp_t;

namespace Kmem.Tests;

/// <summary>Tests that measure the whole process run alone.</summary>
[CollectionDefinition(nameof(ResidentMemoryTests), DisableParallelization = true)]
public sealed class RunsAlone;

[Collection(nameof(ResidentMemoryTests))]
public unsafe class ResidentMemoryTests
{
    [Fact]
    public void A_large_machine_costs_little_until_it_is_used()
    {
        long before = Environment.WorkingSet;
        using TestMachine test = new(memory: 16ul << 30, layout: MachineLayout.X86_64);
        Assert.InRange(Environment.WorkingSet - before, 0 - (1L << 40), 64L << 20);
    }

    [Fact]
    public void Memory_that_is_free_goes_back_to_the_system()
    {
        using TestMachine test = new(memory: 256 * TestMachine.MiB);
        Machine machine = test.Machine;
        long before = ResidentShared();
        List<nint> pages = [];
        for (int i = 0; i < 40; i++)
        {
            page* page = machine.Pages.Allocate(machine.Block, GFP_KERNEL | __GFP_ZERO, 10);
            pages.Add((nint)page);
        }
        Assert.True(ResidentShared() - before > 150 << 20);
        foreach (nint page in pages)
            machine.Pages.Free(machine.Block, (page*)page, 10);
        machine.Reclaim();
        Assert.True(ResidentShared() - before < 16 << 20);
        page* again = machine.Pages.Allocate(machine.Block, GFP_KERNEL, 10);
        Assert.Equal(0, *(long*)machine.Frames.AddressOf(again));
    }

    private static long ResidentShared() =>
        long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith("RssShmem", StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture) * 1024;
}
