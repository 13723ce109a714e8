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

    [Fact]
    public void After_all_is_freed_the_process_is_as_large_as_before()
    {
        using TestMachine test = new(memory: 1024 * TestMachine.MiB, layout: MachineLayout.X86_64);
        FillAndFree(test.Machine, 16);
        long before = Resident();
        long peak = FillAndFree(test.Machine, 700);
        Assert.True(peak > before + (600 << 20));
        Assert.InRange(Resident(), 0, before * 11 / 10);
    }

    [Fact]
    public void A_machine_that_does_not_come_up_gives_its_memory_back()
    {
        MachineOptions options = new() { MemorySize = 16 * TestMachine.MiB, OnBoot = () => Kernel.alloc_bootmem(1 << 30) };
        int before = Mappings();
        for (int i = 0; i < 20; i++)
            Assert.Throws<InsufficientMemoryException>(() => new Machine(options));
        Assert.Equal(before, Mappings());
    }

    // Memory of all families in turn, written in every page; returns how large the process became.
    private static long FillAndFree(Machine machine, int mebibytes)
    {
        List<nint> pages = [], objects = [], areas = [];
        for (int i = 0; i < mebibytes * 16; i++)
        {
            pages.Add((nint)machine.Pages.Allocate(machine.Block, GFP_KERNEL | __GFP_ZERO, 3));
            for (int j = 0; j < 4; j++)
                objects.Add((nint)machine.Slab.Allocate(machine.Block, (nuint)(256 << j), GFP_KERNEL | __GFP_ZERO));
            areas.Add((nint)machine.Vmalloc.Allocate(machine.Block, 28 * 1024, GFP_KERNEL));
            new Span<byte>((void*)areas[^1], 28 * 1024).Fill(1);
        }
        long peak = Resident();
        pages.ForEach(page => machine.Pages.Free(machine.Block, (page*)page, 3));
        objects.ForEach(obj => machine.Slab.Free(machine.Block, (void*)obj));
        areas.ForEach(area => machine.Vmalloc.Free(machine.Block, (void*)area));
        machine.Reclaim();
        return peak;
    }

    private static long Resident()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Status("VmRSS");
    }

    private static long ResidentShared() => Status("RssShmem");

    private static long Status(string field) =>
        long.Parse(File.ReadLines("/proc/self/status").Single(line => line.StartsWith(field, StringComparison.Ordinal)).Split(':')[1].Replace("kB", "", StringComparison.Ordinal), System.Globalization.CultureInfo.InvariantCulture) * 1024;

    private static int Mappings() => File.ReadLines("/proc/self/maps").Count(line => line.Contains("memfd:kmem", StringComparison.Ordinal));
}
