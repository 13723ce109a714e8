using static Kmem.gfp_t;

namespace Kmem.Tests.ObservationTests;

/// <summary>Every family of memory is in the leak report, once, with the place in this file that allocated it.</summary>
public unsafe class OwnerTests
{
    [Fact]
    public void Each_kind_of_allocation_is_a_leak_until_it_is_freed()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB, debug: MachineDebug.Track);
        Machine machine = test.Machine;
        device card = new("card");
        void* bytes = machine.Slab.Allocate(machine.Block, 50, GFP_KERNEL);
        page* pages = machine.Pages.Allocate(machine.Block, GFP_KERNEL, 2), high = machine.Pages.Allocate(machine.Block, GFP_HIGHUSER, 0);
        void* area = machine.Vmalloc.Allocate(machine.Block, 5000, GFP_KERNEL), mapped = machine.Vmalloc.MapPages(&high, 1);
        void* perCpu = machine.PerCpu.Allocate(machine.Block, 100, 0);
        void* coherent = machine.Coherent.Allocate(machine.Block, card, 3000, out dma_addr_t bus, GFP_KERNEL);

        Assert.Equal(
            [
                $"0x{(nuint)bytes:x} (size 50): cache kmalloc-64",
                $"0x{(nuint)machine.Frames.AddressOf(pages):x} (size 16384): pages of order 2",
                $"0x{(nuint)high:x} (size 4096): pages of order 0",
                $"0x{(nuint)area:x} (size 8192): vmalloc",
                $"0x{(nuint)mapped:x} (size 4096): vmap",
                $"0x{(nuint)perCpu:x} (size 128): per-CPU data",
                $"0x{(nuint)coherent:x} (size 3000): coherent memory of card",
            ],
            Lines(machine.ReportLeaks()).Select(line => line.Split("unreferenced object ")[1].Split(',')[0]));
        Assert.All(Lines(machine.ReportLeaks()), line => Assert.Matches(@", allocated at .*OwnerTests\.cs:\d+$", line));

        machine.Coherent.Free(machine.Block, card, 3000, coherent, bus);
        machine.PerCpu.Free(machine.Block, perCpu);
        machine.Vmalloc.UnmapPages(mapped);
        machine.Vmalloc.Free(machine.Block, area);
        machine.Pages.Free(machine.Block, high, 0);
        machine.Pages.Free(machine.Block, pages, 2);
        machine.Slab.Free(machine.Block, bytes);
        Assert.Equal("", machine.ReportLeaks());
    }

    [Fact]
    public void Overloads_are_told_apart()
    {
        using TestMachine test = new(debug: MachineDebug.Track);
        Allocate(test.Machine, 1);
        Allocate(test.Machine, 1L);
        string[] lines = Lines(test.Machine.ReportLeaks());
        Assert.Equal(2, lines.Select(line => line.Split(".cs:")[1]).Distinct().Count());
    }

    [Fact]
    public void Variables_of_each_cpu_are_no_leak()
    {
        using TestMachine test = new(debug: MachineDebug.Track);
        _ = new PerCpu<int>("forever", test.Machine.PerCpu, test.Machine.Block, 2);
        Assert.Equal("", test.Machine.ReportLeaks());
    }

    [Fact]
    public void Without_tracking_nothing_is_known()
    {
        using TestMachine test = new();
        test.Machine.Pages.Allocate(test.Machine.Block, GFP_KERNEL, 0);
        test.Machine.Vmalloc.Allocate(test.Machine.Block, 1, GFP_KERNEL);
        Assert.Equal("", test.Machine.ReportLeaks());
    }

    [Fact]
    public void A_double_free_of_pages_names_who_allocated_and_freed_them()
    {
        using TestMachine test = new(debug: MachineDebug.Track);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, GFP_KERNEL, 1);
        machine.Pages.Free(machine.Block, page, 1);
        string report = Assert.Throws<KernelBugException>(() => machine.Pages.Free(machine.Block, page, 1)).Message;
        Assert.Matches(@"double free.* Allocated at .*OwnerTests\.cs:\d+\. Freed at .*OwnerTests\.cs:\d+\.$", report);
    }

    [Fact]
    public void Vmallocinfo_names_who_made_an_area()
    {
        using TestMachine test = new(debug: MachineDebug.Track);
        test.Machine.Vmalloc.Allocate(test.Machine.Block, 1, GFP_KERNEL);
        Assert.Matches(@"^0x[0-9a-f]+-0x[0-9a-f]+ +8192 .*OwnerTests\.cs:\d+ pages=1 vmalloc\n$", Reports.VmallocInfo.Describe(test.Machine.Vmalloc));
    }

    private static void Allocate(Machine machine, int _) => machine.Slab.Allocate(machine.Block, 50, GFP_KERNEL);

    private static void Allocate(Machine machine, long _) => machine.Slab.Allocate(machine.Block, 50, GFP_KERNEL);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
