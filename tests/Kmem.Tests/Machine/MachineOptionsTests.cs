namespace Kmem.Tests.MachineTests;

public class MachineOptionsTests
{
    [Fact]
    public void A_second_boot_is_refused()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => Kernel.Boot(new MachineOptions()));
        Assert.Contains("booted already", error.Message);
    }

    [Theory]
    [InlineData("MemorySize", 1024ul, 0, 1)]
    [InlineData("Cpus", 64 * TestMachine.MiB, -1, 1)]
    [InlineData("Nodes", 64 * TestMachine.MiB, 1, 0)]
    [InlineData("Nodes", 8 * TestMachine.MiB, 1, 4)]
    public void An_impossible_option_is_named(string option, ulong memory, int cpus, int nodes)
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => new Machine(new MachineOptions { MemorySize = memory, Cpus = cpus, Nodes = nodes }));
        Assert.Equal(option, error.ParamName);
        Assert.Contains("choose", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4095)]
    [InlineData(32768)]
    public void A_stack_has_one_of_three_sizes(int threadSize) =>
        Assert.Contains("choose 4096, 8192 or 16384", Assert.Throws<ArgumentOutOfRangeException>(() => new Machine(new MachineOptions { ThreadSize = threadSize })).Message);

    [Fact]
    public void A_check_that_there_is_not_is_named() =>
        Assert.Contains("MachineOptions.Debug is 0x1001; choose flags of MachineDebug", Assert.Throws<ArgumentOutOfRangeException>(() => new Machine(new MachineOptions { Debug = (MachineDebug)0x1001 })).Message);

    [Fact]
    public void The_environment_sets_the_options()
    {
        Dictionary<string, string> variables = new() { ["KMEM_MEMORY"] = "2G", ["KMEM_LAYOUT"] = "x86_64", ["KMEM_CPUS"] = "8", ["KMEM_NODES"] = "2", ["KMEM_THREAD_SIZE"] = "4K", ["KMEM_DEBUG"] = "atomicsleep, Stack" };
        MachineOptions options = EnvironmentOptions.Read(variables.GetValueOrDefault);
        Assert.Equal(2ul << 30, options.MemorySize);
        Assert.Equal(MachineLayout.X86_64, options.Layout);
        Assert.Equal((8, 2, 4096), (options.Cpus, options.Nodes, options.ThreadSize));
        Assert.True(options.Debug.HasFlag(MachineDebug.AtomicSleep | MachineDebug.Stack));
    }

    [Theory]
    [InlineData("KMEM_MEMORY", "lots")]
    [InlineData("KMEM_MEMORY", "99999999999T")]
    [InlineData("KMEM_LAYOUT", "z80")]
    [InlineData("KMEM_CPUS", "two")]
    [InlineData("KMEM_NODES", "-1")]
    [InlineData("KMEM_THREAD_SIZE", "4KB")]
    [InlineData("KMEM_DEBUG", "everything")]
    public void An_unreadable_variable_is_named(string name, string value)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => EnvironmentOptions.Read(asked => asked == name ? value : null));
        Assert.Contains($"{name}={value}", error.Message);
    }

    [Fact]
    public unsafe void Boot_memory_stays_out_of_the_zones_unless_it_is_freed()
    {
        nuint kept = 0;
        using TestMachine test = new(onBoot: () =>
        {
            kept = (nuint)Kernel.alloc_bootmem(3 * 4096);
            void* returned = Kernel.alloc_bootmem(8 * 4096);
            Kernel.free_bootmem(returned, 8 * 4096);
        });
        Assert.Equal(64 * TestMachine.MiB - 3 * 4096, test.Machine.FreeBytes);
        Assert.Equal(0, *(long*)kept);
    }

    [Fact]
    public void The_boot_callback_may_print()
    {
        using TestMachine test = new(onBoot: () =>
        {
            Kernel.printk("memory is being counted");
            Kernel.WARN_ON(true);
        });
        Assert.StartsWith("memory is being counted\nWARNING: at ", test.Log);
    }

    [Fact]
    public unsafe void Boot_memory_that_is_freed_twice_is_a_bug_and_nothing_is_freed()
    {
        using TestMachine test = new(onBoot: () =>
        {
            nint first = (nint)Kernel.alloc_bootmem(4 * 4096);
            Kernel.free_bootmem((void*)(first + 4096), 4096);
            Assert.Contains("double free", Assert.Throws<KernelBugException>(() => Kernel.free_bootmem((void*)(first + 4096), 4096)).Message);
            Assert.Throws<KernelBugException>(() => Kernel.free_bootmem((void*)first, 4 * 4096));
        });
        Assert.Equal(64 * TestMachine.MiB - 3 * 4096, test.Machine.FreeBytes);
    }

    [Fact]
    public unsafe void Boot_memory_after_boot_is_an_error() =>
        Assert.Throws<InvalidOperationException>(() => Kernel.alloc_bootmem(64));

    [Theory]
    [InlineData(4, MachineLayout.X86)]
    [InlineData(1024, MachineLayout.X86)]
    [InlineData(65536, MachineLayout.X86_64)]
    public void Page_structs_and_maps_take_at_most_1_7_percent(ulong mebibytes, MachineLayout layout)
    {
        using Machine machine = new(new MachineOptions { MemorySize = mebibytes * TestMachine.MiB, Layout = layout });
        Assert.InRange(machine.Frames.Bytes, (nuint)1, (nuint)(mebibytes * TestMachine.MiB * 17 / 1000));
    }
}
