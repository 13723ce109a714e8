using System.Runtime.CompilerServices;
using Kmem.Execution;

namespace Kmem;

/// <summary>
/// What the hot paths need of the process-wide machine, in readonly statics: code compiled after the boot has them as constants.
/// </summary>
internal static unsafe class Booted
{
    public static readonly Machine Machine = ProcessMachine.Get();
    public static readonly ContextTracker Context = Machine.Context;
    public static readonly VirtualCpus Cpus = Machine.Context.Cpus;
    public static readonly DelayedFrees DelayedFrees = new(Machine);
    public static readonly bool ChecksSleep = Machine.Context.ChecksSleep;
    public static readonly bool ChecksCallers = Machine.Context.ChecksCallers;
    public static readonly nuint DirectMap = (nuint)Machine.Memory.DirectMap;
    public static readonly nuint LowBytes = Machine.Memory.LowBytes;
    public static readonly nuint LowFrames = Machine.Memory.LowFrameCount;
    public static readonly ushort* Owners = Machine.Frames.Owners;

    public static readonly nuint PageStructs = (nuint)Machine.Frames.Pages;
    public static readonly nuint PageStructBytes = (nuint)Machine.Frames.Count * (nuint)sizeof(page);
    public static readonly byte DefaultZone = Machine.Pages.DefaultZone.Index;

    /// <summary>The frame of an address of the direct map; at least <see cref="LowFrames"/> for any other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static nuint FrameOf(void* address) => ((nuint)address - DirectMap) >> Kernel.PAGE_SHIFT;

    /// <summary>The calling thread's block in the process-wide machine.</summary>
    public static CpuBlock* Block
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            CpuBlock* block = FastThread.Block;
            return block != null ? block : ProcessMachine.EnterThread();
        }
    }

    /// <summary>Reports a caller that must not sleep.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MightSleep()
    {
        if (ChecksCallers)
            Context.MightSleep(Block);
    }
}
