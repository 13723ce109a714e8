using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kmem.Execution;

/// <summary>
/// What a thread needs inside the kernel, in one native block that only that thread writes: its ownership words, its context, the CPU it
/// runs on, and behind the header the object arrays of the slab caches, addressed by cache number.
/// The words of the hot paths start at 64, away from the start of a page: equal offsets in many pages fight for the same cache set.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = HeaderBytes)]
internal unsafe struct CpuBlock
{
    public const int HeaderBytes = 512;
    public const int MaxOpenSections = 40;
    public const int StashedOrders = 4, MaxStashedPages = 8;

    /// <summary>1 once an overrun of the thread's stack was reported.</summary>
    [FieldOffset(60)] public int StackOverrunReported;

    /// <summary>1 while the owner works on the arrays. With <see cref="Revoked"/> it is a lock that costs the owner two plain stores.</summary>
    [FieldOffset(64)] public int Busy;

    /// <summary>1 while another thread drains the arrays; the owner then stays out.</summary>
    [FieldOffset(68)] public int Revoked;

    /// <summary>preempt_count in the low half, the depth of disabled interrupts in the high half; 0: preemptible.</summary>
    [FieldOffset(72)] public ulong Held;

    /// <summary>1 unless the owner may enter its CPU by writing <see cref="Held"/> alone.</summary>
    [FieldOffset(80)] public int CpuRevoked;

    /// <summary>The CPU the thread runs on, or ran on last.</summary>
    [FieldOffset(84)] public int Cpu;

    /// <summary>1 while the thread is on a CPU that several threads take turns on.</summary>
    [FieldOffset(88)] public int OnSharedCpu;

    /// <summary>Number of the block among all machines' blocks, from 1: who holds a spinlock.</summary>
    [FieldOffset(92)] public int Id;

    /// <summary>Kinds of the open sections, innermost last; kept only while sleep checks are on.</summary>
    [FieldOffset(96)] public int OpenSectionCount;

    [FieldOffset(100)] public fixed byte OpenSections[MaxOpenSections];

    /// <summary>Open scopes: __GFP_IO of memalloc_noio_save, __GFP_FS of memalloc_nofs_save.</summary>
    [FieldOffset(144)] public uint MaskedFlags;

    /// <summary>1 if interrupts wait for this thread to enable them.</summary>
    [FieldOffset(148)] public int PendingInterrupts;

    /// <summary>1 if tasklets wait for this thread to enable soft interrupts.</summary>
    [FieldOffset(152)] public int PendingSoftInterrupts;

    /// <summary>Depth of RCU read sections.</summary>
    [FieldOffset(156)] public int RcuDepth;

    /// <summary>How often the owner has claimed the arrays until further notice; a drain waits until that is over.</summary>
    [FieldOffset(164)] public int Pins;

    /// <summary>Where the thread's stack was when it entered the kernel.</summary>
    [FieldOffset(168)] public nuint StackBase;

    /// <summary>By order: free blocks of pages ready for the thread, how many it may keep, and their page structs; see the page allocator's stash.</summary>
    [FieldOffset(176)] public fixed uint StashCounts[StashedOrders];

    [FieldOffset(192)] public fixed uint StashCapacities[StashedOrders];

    [FieldOffset(208)] public fixed ulong StashedPages[StashedOrders * MaxStashedPages];

    /// <summary>The array that kmalloc took from last, by a handle; at first the one in which there is never anything.</summary>
    [FieldOffset(464)] public void* LastTakenFrom;

    /// <summary>The phase in which the outermost RCU read section began; 0: none is open.</summary>
    [FieldOffset(472)] public long RcuPhase;

    /// <summary>Claims the arrays for the owning thread; false while they are being drained.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryEnter(CpuBlock* block)
    {
        Volatile.Write(ref block->Busy, 1);
        if (Volatile.Read(ref block->Revoked) == 0)
            return true;
        Volatile.Write(ref block->Busy, 0);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Exit(CpuBlock* block) => Volatile.Write(ref block->Busy, 0);

    /// <summary>As <see cref="TryEnter"/>, waiting for a drain to end.</summary>
    public static void Enter(CpuBlock* block)
    {
        SteadyWait wait = default;
        while (!TryEnter(block))
        {
            if (block->Pins > 0)
            {
                // The drain waits for this thread.
                Volatile.Write(ref block->Busy, 1);
                break;
            }
            wait.SpinOnce();
        }
        wait.End();
    }

    /// <summary>Claims the arrays until <see cref="Unpin"/>; work on them needs no <see cref="TryEnter"/> meanwhile. Waits for a drain to end. Nests.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Pin(CpuBlock* block)
    {
        int pins = block->Pins + 1;
        Volatile.Write(ref block->Pins, pins);
        if (pins == 1 && Volatile.Read(ref block->Revoked) != 0)
            Repin(block, 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Unpin(CpuBlock* block) => Volatile.Write(ref block->Pins, block->Pins - 1);

    /// <summary>Lets drains pass, whatever the owner has claimed; returns what <see cref="Repin"/> needs.</summary>
    public static int SuspendPins(CpuBlock* block)
    {
        int pins = block->Pins;
        Volatile.Write(ref block->Pins, 0);
        return pins;
    }

    /// <summary>Claims the arrays as often as before, after waiting for a drain to end.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Repin(CpuBlock* block, int pins)
    {
        SteadyWait wait = default;
        Volatile.Write(ref block->Pins, pins);
        while (pins > 0 && Volatile.Read(ref block->Revoked) != 0)
        {
            Volatile.Write(ref block->Pins, 0);
            wait.SpinOnce();
            Volatile.Write(ref block->Pins, pins);
        }
        wait.End();
    }
}
