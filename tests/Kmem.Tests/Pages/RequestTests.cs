using static Kmem.gfp_t;

namespace Kmem.Tests.PagesTests;

/// <summary>What the flags of a request make the page allocator do, and what it says of flags that do not exist.</summary>
public unsafe class RequestTests
{
    [Theory]
    [InlineData(1u << 3)]
    [InlineData(1u << 31)]
    public void Bits_that_are_no_flag_are_reported_and_left_out(uint bit)
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        Assert.True(machine.Pages.Allocate(machine.Block, GFP_KERNEL | (gfp_t)bit, 0) != null);
        Assert.Contains($"unexpected gfp: 0x{bit:x} is no flag", test.Log);
        Assert.Contains("RequestTests.cs:", test.Log);
        Assert.True(machine.Slab.Allocate(machine.Block, 64, GFP_KERNEL | (gfp_t)bit) != null);
        Assert.Equal(2, test.Log.Split("unexpected gfp").Length - 1);
    }

    [Fact]
    public void The_static_face_sees_such_bits_on_its_hot_paths_too()
    {
        Kernel.kfree(Kernel.kmalloc(64, GFP_KERNEL));
        Kernel.__free_page(Kernel.alloc_page(GFP_KERNEL));
        string log = ProcessKernel.LogOf(() =>
        {
            Kernel.kfree(Kernel.kmalloc(64, GFP_KERNEL | (gfp_t)(1u << 20)));
            Kernel.__free_page(Kernel.alloc_page(GFP_KERNEL | (gfp_t)(1u << 21)));
        });
        Assert.Contains("unexpected gfp: 0x100000", log);
        Assert.Contains("unexpected gfp: 0x200000", log);
    }

    [Fact]
    public void Every_flag_is_known()
    {
        foreach (gfp_t flag in Enum.GetValues<gfp_t>())
            Assert.Equal((gfp_t)0, flag & GfpMask.Unknown);
    }

    /// <summary>Each attempt asks the shrinker once; it makes progress as often as it is told, but never enough.</summary>
    [Theory]
    [InlineData(__GFP_NORETRY, 100, 1)]
    [InlineData(GFP_NOWAIT, 0, 1)]
    [InlineData(GFP_NOWAIT, 5, 6)]
    [InlineData(__GFP_REPEAT, 0, 16)]
    [InlineData(__GFP_REPEAT | __GFP_NORETRY, 0, 1)]
    public void The_modifiers_set_how_long_the_allocator_tries(gfp_t modifiers, int progress, int attempts)
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        // The reclaimer in the background would ask, too.
        machine.Pages.Dispose();
        List<nint> held = test.Exhaust();
        int asked = 0;
        machine.Pages.Reclaimer.TryRegister(new shrinker { count_objects = () => 1, scan_objects = _ => asked++ < progress ? 1u : 0u });
        Assert.True(machine.Pages.Allocate(machine.Block, GFP_KERNEL | __GFP_NOWARN | modifiers, 10) == null);
        Assert.Equal(attempts, asked);
        Assert.NotEmpty(held);
    }

    [Fact]
    public void A_failure_is_one_report_whatever_asked_for_the_pages()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        test.Exhaust(GFP_ATOMIC);
        AssertOneReport(test, () => machine.Pages.Allocate(machine.Block, GFP_ATOMIC, 0) == null);
        AssertOneReport(test, () => machine.Slab.Allocate(machine.Block, 131072, GFP_ATOMIC) == null);
        AssertOneReport(test, () => machine.Vmalloc.Allocate(machine.Block, 100000, GFP_KERNEL) == null);
        AssertOneReport(test, () => machine.PerCpu.Allocate(machine.Block, 100, 0) == null);
    }

    [Theory]
    [InlineData("ZONE_NORMAL", GFP_KERNEL, true)]
    [InlineData("ZONE_NORMAL", GFP_HIGHUSER, false)]
    [InlineData("ZONE_HIGHMEM", GFP_HIGHUSER, true)]
    [InlineData("ZONE_DMA", GFP_DMA, true)]
    [InlineData("ZONE_DMA", GFP_KERNEL, false)]
    [InlineData("ZONE_DMA32", GFP_DMA32, true)]
    public void Faults_can_be_those_of_one_zone(string zone, gfp_t flags, bool fails)
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        test.Machine.Faults = new fault_attr { interval = 1, cache = zone };
        Assert.Equal(fails, test.Machine.Pages.Allocate(test.Machine.Block, flags, 0) == null);
    }

    private static void AssertOneReport(TestMachine test, Func<bool> isNull)
    {
        int before = Reports(test);
        Assert.True(isNull());
        Assert.Equal(before + 1, Reports(test));
    }

    private static int Reports(TestMachine test) => test.Log.Split("page allocation failure").Length - 1;
}
