using static Kmem.gfp_t;

namespace Kmem.Tests.SlabTests;

public unsafe class FaultInjectionTests
{
    [Fact]
    public void Every_nth_allocation_of_the_named_cache_fails()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        machine.Slab.Free(machine.Block, machine.Slab.Allocate(machine.Block, 64, GFP_KERNEL));
        machine.Faults = new fault_attr { interval = 3, cache = "kmalloc-64" };
        Assert.Equal("..x..x..x", Pattern(machine, 64, 9));
        Assert.Equal("....", Pattern(machine, 128, 4));
        machine.Faults = null;
        Assert.Equal("......", Pattern(machine, 64, 6));
    }

    [Fact]
    public void Chance_repeats_with_the_same_seed()
    {
        using TestMachine test = new();
        test.Machine.Faults = new fault_attr { probability = 0.5, seed = 7, cache = "kmalloc-64" };
        string first = Pattern(test.Machine, 64, 64);
        test.Machine.Faults = new fault_attr { probability = 0.5, seed = 7, cache = "kmalloc-64" };
        Assert.Equal(first, Pattern(test.Machine, 64, 64));
        Assert.Contains('x', first);
        Assert.Contains('.', first);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(0.25, 200, 300)]
    [InlineData(0.75, 700, 800)]
    [InlineData(1, 1000, 1000)]
    public void As_many_fail_by_chance_as_are_to(double probability, int least, int most)
    {
        using TestMachine test = new();
        test.Machine.Faults = new fault_attr { probability = probability, seed = 7, cache = "kmalloc-64" };
        Assert.InRange(Pattern(test.Machine, 64, 1000).Count(each => each == 'x'), least, most);
    }

    [Fact]
    public void A_seed_that_is_changed_starts_chance_anew()
    {
        using TestMachine test = new();
        fault_attr faults = new() { probability = 0.5, seed = 7, cache = "kmalloc-64" };
        test.Machine.Faults = faults;
        string first = Pattern(test.Machine, 64, 64);
        faults.seed = 8;
        string second = Pattern(test.Machine, 64, 64);
        faults.seed = 7;
        Assert.NotEqual(first, second);
        Assert.Equal(first, Pattern(test.Machine, 64, 64));
    }

    [Fact]
    public void Pages_and_vmalloc_fail_too_but_not_with_nofail()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        machine.Faults = new fault_attr { interval = 1 };
        Assert.True(machine.Pages.Allocate(machine.Block, GFP_KERNEL, 0) == null);
        Assert.True(machine.Vmalloc.Allocate(machine.Block, 4096, GFP_KERNEL) == null);
        Assert.True(machine.Slab.Allocate(machine.Block, 64, GFP_KERNEL) == null);
        Assert.True(machine.Slab.Allocate(machine.Block, 64, GFP_KERNEL | __GFP_NOFAIL) != null);
    }

    private static string Pattern(Machine machine, nuint size, int count)
    {
        char[] pattern = new char[count];
        for (int i = 0; i < count; i++)
        {
            void* p = machine.Slab.Allocate(machine.Block, size, GFP_KERNEL);
            pattern[i] = p == null ? 'x' : '.';
            machine.Slab.Free(machine.Block, p);
        }
        return new string(pattern);
    }
}
