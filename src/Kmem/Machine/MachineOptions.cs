namespace Kmem;

/// <summary>How a machine is built.</summary>
public sealed class MachineOptions
{
    private const ulong LeastMemory = 4ul << 20;
    private const ulong MostMemory = 16ul << 40;
    private const int MostCpus = 1024, MostNodes = 64;

    /// <summary>Physical memory in bytes, 4 MiB to 16 TiB; 1 GiB unless set. It is committed when it is touched.</summary>
    public ulong MemorySize { get; set; } = 1ul << 30;

    /// <summary>Which zones there are.</summary>
    public MachineLayout Layout { get; set; } = MachineLayout.X86;

    /// <summary>Number of CPUs, at most 1024; 0: as many as the host has.</summary>
    public int Cpus { get; set; }

    /// <summary>Number of memory nodes, 1 to 64, which share the memory equally.</summary>
    public int Nodes { get; set; } = 1;

    /// <summary>Checks that cost time.</summary>
    public MachineDebug Debug { get; set; }

    /// <summary>The emergency reserve of low memory in KiB; 0: by the kernel's formula, the root of 16 times the low memory in KiB.</summary>
    public uint MinFreeKiB { get; set; }

    /// <summary>Bytes a kernel stack is taken to have, for <c>stack_used</c> and its check: 4096, 8192 or 16384; 8192 unless set.</summary>
    public int ThreadSize { get; set; } = 8192;

    /// <summary>Runs before the page allocator is up: the place for <c>alloc_bootmem</c>.</summary>
    public Action? OnBoot { get; set; }

    /// <summary>Takes what printk and the allocator report; null: standard error.</summary>
    public Action<string>? Log { get; set; }

    /// <summary>True: anonymous memory of .NET instead of a memory file, as on systems without one; vmalloc is then one block of frames, and vmap is not supported.</summary>
    public bool Portable { get; set; }

    /// <summary>Devices, with registers at addresses outside memory.</summary>
    public IList<DeviceRegion> Devices { get; } = [];

    /// <summary>Which allocations fail on purpose; null: none.</summary>
    public fault_attr? Faults { get; set; }

    /// <summary>Throws if no machine can be built so.</summary>
    internal void Validate()
    {
        Require(MemorySize is >= LeastMemory and <= MostMemory, nameof(MemorySize), $"{MemorySize} bytes", "4 MiB to 16 TiB");
        Require(Layout is MachineLayout.X86 or MachineLayout.X86_64, nameof(Layout), Layout, "X86 or X86_64");
        Require(Cpus is >= 0 and <= MostCpus, nameof(Cpus), Cpus, $"0 to {MostCpus}");
        Require(Nodes is >= 1 and <= MostNodes, nameof(Nodes), Nodes, $"1 to {MostNodes}");
        Require(ThreadSize is 4096 or 8192 or 16384, nameof(ThreadSize), ThreadSize, "4096, 8192 or 16384");
        Require((Debug & ~(MachineDebug.All | MachineDebug.InitOnAlloc | MachineDebug.InitOnFree | MachineDebug.Stack)) == 0, nameof(Debug), $"0x{(int)Debug:x}", "flags of MachineDebug");
        Require(MemorySize / (ulong)Nodes >= LeastMemory, nameof(Nodes), Nodes, "fewer nodes, or more memory: a node has at least 4 MiB");
        Require(MinFreeKiB < MemorySize / 1024 / 2, nameof(MinFreeKiB), MinFreeKiB, "less than half of the memory");
    }

    private static void Require(bool holds, string option, object value, string choose)
    {
        if (!holds)
            throw new ArgumentOutOfRangeException(option, value, $"Kmem: MachineOptions.{option} is {value}; choose {choose}.");
    }
}
