using Kmem.Annotations;
using Kmem.Dma;
using Kmem.Execution;
using Kmem.Observation;
using Kmem.Pages;
using Kmem.PerCpuData;
using Kmem.Physical;
using Kmem.Reports;
using Kmem.Slab;
using Kmem.Virtual;

namespace Kmem;

/// <summary>
/// Physical memory with its zones, the CPUs, and the allocators over them. <c>Kernel</c> uses one machine for the whole process; further
/// machines share nothing with it or each other.
/// </summary>
public sealed unsafe class Machine : IDisposable
{
    [ThreadStatic] private static Machine? s_booting;

    private readonly bool _isProcessWide;
    private int _isDisposed;

    /// <summary>Boots a machine.</summary>
    /// <param name="options">How it is built; later changes of the object have no effect.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option that no machine can be built with.</exception>
    /// <exception cref="InsufficientMemoryException">The system refuses the memory or addresses.</exception>
    [MightSleep]
    public Machine(MachineOptions options) : this(options, processWide: false)
    {
    }

    internal Machine(MachineOptions options, bool processWide)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _isProcessWide = processWide;
        int cpus = options.Cpus > 0 ? options.Cpus : Environment.ProcessorCount;
        Log = new KernelLog(options.Log);
        Memory = new PhysicalMemory((nuint)options.MemorySize, options.Layout, options.Portable);
        Frames = new FrameTable(Memory);
        VirtualCpus virtualCpus = new(cpus);
        Blocks = new ThreadBlocks(Memory.Host, ArraySlot.AllBytes, cpus, processWide);
        Context = new ContextTracker(Blocks, virtualCpus, Log, options.Debug, options.ThreadSize);
        FaultInjector faults = new();
        OwnerTable owners = new();
        OwnerTable? trackedOwners = (options.Debug & MachineDebug.Track) != 0 ? owners : null;
        SoftInterrupts = new SoftInterrupts(Context, Log);
        Interrupts = new Interrupts(Context, SoftInterrupts, Log);
        KernelThreads.Prepare();
        WorkQueue = new WorkQueue(Context, Log);
        Rcu = new ReadCopyUpdate(Context);
        Pages = new PageAllocator(Frames, Context, Log, options.Nodes, options.Debug, faults, trackedOwners);
        Slab = new SlabAllocator(Pages, Context, Log, options.Debug, faults, owners, processWide);
        Vmalloc = new VmallocSpace(Pages, faults, trackedOwners);
        HighMemory = new HighMemory(Frames, cpus);
        Context.SectionsAbandoned += block => HighMemory.UnmapSlots((CpuBlock*)block);
        PerCpu = new PerCpuArea(Pages, cpus, trackedOwners);
        Devices = new DeviceBus(Memory);
        Coherent = new CoherentMemory(Pages, trackedOwners);
        Blocks.Retiring += block => Retire((CpuBlock*)block);
        try
        {
            Start(options);
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <summary>Number of CPUs.</summary>
    public int CpuCount => Context.Cpus.Count;

    /// <summary>Free physical memory in bytes, including what CPUs keep ready; not what slab caches keep.</summary>
    public ulong FreeBytes => (ulong)Alive.Pages.FreeFrames << PhysicalMemory.PageShift;

    /// <summary>Physical memory in the zones, in bytes.</summary>
    public ulong TotalBytes => (ulong)Pages.Zones.Sum(zone => (long)zone.PresentFrames) << PhysicalMemory.PageShift;

    /// <summary>Memory in slabs, in bytes, used or not.</summary>
    public ulong SlabBytes => (ulong)Alive.Slab.CountFrames(_ => true) << PhysicalMemory.PageShift;

    /// <summary>Which allocations fail on purpose; null: none.</summary>
    public fault_attr? Faults
    {
        get => Slab.Faults;
        [MightSleep]
        set
        {
            Alive.Slab.Faults = value;
            Pages.Stash.Drain();
        }
    }

    /// <summary>The devices whose registers ioremap maps.</summary>
    public DeviceBus Devices { get; }

    /// <summary>The interrupt lines; a device raises its interrupt here.</summary>
    public Interrupts Interrupts { get; }

    /// <summary>The machine whose boot callback runs on this thread; null: none.</summary>
    internal static Machine? Booting => s_booting;

    internal KernelLog Log { get; }

    internal PhysicalMemory Memory { get; }

    internal FrameTable Frames { get; }

    internal ThreadBlocks Blocks { get; }

    internal ContextTracker Context { get; }

    internal SoftInterrupts SoftInterrupts { get; }

    internal WorkQueue WorkQueue { get; }

    internal ReadCopyUpdate Rcu { get; }

    internal PageAllocator Pages { get; }

    internal SlabAllocator Slab { get; }

    internal VmallocSpace Vmalloc { get; }

    internal HighMemory HighMemory { get; }

    internal PerCpuArea PerCpu { get; }

    internal CoherentMemory Coherent { get; }

    /// <summary>The calling thread's block.</summary>
    internal CpuBlock* Block => Blocks.Current;

    /// <summary>Checks the allocators' structures against each other; meant for tests, slow.</summary>
    /// <returns>True if they agree.</returns>
    [MightSleep]
    public bool IsValid() => Alive.Pages.IsValid() && Slab.IsValid() && Vmalloc.IsValid() && HighMemory.IsValid() && PerCpu.IsValid();

    /// <summary>Lists what is allocated, slab objects, pages, areas of vmalloc and vmap, per-CPU data and coherent memory, with who allocated it; known only with <see cref="MachineDebug.Track"/>.</summary>
    /// <returns>A line for each; empty: nothing leaked.</returns>
    public string ReportLeaks() => Alive.DescribeLeaks();

    /// <summary>Logs what is allocated when nothing should be any more.</summary>
    internal void LogLeaks()
    {
        string leaks = DescribeLeaks();
        if (leaks.Length > 0)
            Log.Write($"kmemleak: live objects at shutdown:\n{leaks.TrimEnd('\n')}");
    }

    /// <summary>Where the memory is, in the format of /proc/meminfo.</summary>
    internal string DescribeMemory() => MemInfo.Describe(Pages, Slab, Vmalloc, PerCpu);

    /// <summary>Frees all that is kept for speed or cached by shrinkers, and lets the system have free memory. May sleep.</summary>
    [MightSleep]
    public void Reclaim()
    {
        ReclaimProgress progress = default;
        while (Alive.Pages.Reclaimer.Reclaim(gfp_t.GFP_KERNEL) != 0 && progress.MayGoOn(Pages.FreeFrames))
        {
        }
        Pages.GiveFreeBlocksToSystem();
        Vmalloc.GiveTableToSystem();
    }

    /// <summary>
    /// Gives the memory back to the system; a second time nothing happens. Every address the machine handed out is dead afterwards, and no thread may be at work in it any more. Leaks
    /// that are known of are logged.
    /// </summary>
    /// <exception cref="InvalidOperationException">It is the machine of <c>Kernel</c>, which lives as long as the process.</exception>
    [MightSleep]
    public void Dispose()
    {
        if (_isProcessWide)
            throw new InvalidOperationException("Kmem: the machine of Kernel lives as long as the process. Call Reclaim to give memory back to the system; dispose only machines made by new Machine(options).");
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;
        LogLeaks();
        Release();
    }

    private string DescribeLeaks() => LeakReport.Describe(Slab, Pages, Vmalloc, PerCpu, Coherent);

    private Machine Alive
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
            return this;
        }
    }

    private void Retire(CpuBlock* block)
    {
        // First, while the CPU is the thread's.
        Context.NoteEnd(block);
        Context.Cpus.Retire(block);
    }

    private void Release()
    {
        WorkQueue.Dispose();
        SoftInterrupts.Dispose();
        Pages.Dispose();
        Blocks.Dispose();
        Slab.Release();
        Vmalloc.Release();
        Devices.Release();
        Frames.Dispose();
        Memory.Dispose();
    }

    private void Start(MachineOptions options)
    {
        foreach (DeviceRegion region in options.Devices)
            Devices.Add(region);
        BootMemory bootMemory = new(Memory);
        s_booting = this;
        try
        {
            if (options.OnBoot != null)
                bootMemory.Run(options.OnBoot);
        }
        finally
        {
            s_booting = null;
        }
        Pages.Populate(bootMemory.Reserved, options.MinFreeKiB);
        Faults = options.Faults;
    }
}
