using System.Collections.Concurrent;

namespace Kmem.Tests;

/// <summary>Machines of a test's own, and what they log.</summary>
internal sealed class TestMachine : IDisposable
{
    public const ulong MiB = 1ul << 20;

    private readonly ConcurrentQueue<string> _log = new();

    public TestMachine(ulong memory = 64 * MiB, MachineLayout layout = MachineLayout.X86, int cpus = 2, int nodes = 1, bool portable = false, uint minFreeKiB = 0, MachineDebug debug = 0, int threadSize = 8192, Action? onBoot = null)
    {
        Machine = new Machine(new MachineOptions
        {
            MemorySize = memory,
            Layout = layout,
            Cpus = cpus,
            Nodes = nodes,
            Portable = portable,
            Debug = debug,
            MinFreeKiB = minFreeKiB,
            ThreadSize = threadSize,
            OnBoot = onBoot,
            Log = _log.Enqueue,
        });
    }

    public Machine Machine { get; }

    public string Log => string.Join('\n', _log);

    /// <summary>Takes single pages until there are none for these flags; returns them.</summary>
    public unsafe List<nint> Exhaust(gfp_t flags = gfp_t.GFP_NOWAIT)
    {
        List<nint> pages = [];
        page* page;
        while ((page = Machine.Pages.Allocate(Machine.Block, flags | gfp_t.__GFP_NOWARN, 0)) != null)
            pages.Add((nint)page);
        return pages;
    }

    public void Dispose()
    {
        Assert.True(Machine.IsValid());
        Machine.Dispose();
    }
}
