using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Kmem.Annotations;
using Kmem.Execution;
using Kmem.Slab;
using static Kmem.Kernel;

namespace Kmem;

/// <summary>
/// The calling thread's CPU, from <see cref="get_cpu(out cpu_handle)"/> until <see cref="put_cpu(cpu_handle)"/>. It has the allocators of hot loops, with the names, contracts and checks of
/// <see cref="Kernel"/>; they save what there finds the thread and keeps others out of its arrays. Preemption is disabled meanwhile, so only atomic flags may be used.
/// Source: Linux Kernel Development, 3rd ed., ch. 12, "Per-CPU Allocations".
/// </summary>
public readonly unsafe ref struct cpu_handle
{
    internal readonly CpuBlock* Block;

    internal cpu_handle(CpuBlock* block) => Block = block;

    /// <summary>As <see cref="Kernel.kmalloc"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("kmalloc")]
    public void* kmalloc([AllocationSize(Max = KMALLOC_MAX_SIZE)] nuint size, [GfpFlags] gfp_t flags)
    {
        if (SizeClass.TryGetOffset(size, out nuint offset) && MayPop(flags))
        {
            ArraySlot* slot = ArraySlot.At(Block, offset);
            if (ArraySlot.TryPop(slot, SizeClass.MarkOffset, out void* obj))
            {
                Block->LastTakenFrom = slot;
                return obj;
            }
        }
        return AllocateSlow(Block, size, flags);
    }

    /// <summary>As <see cref="Kernel.kfree"/>.</summary>
    /// <exception cref="KernelBugException">A double free, an address inside an object, or memory that is not from kmalloc.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [NeverSleeps]
    public void kfree([Frees("kmalloc")] void* p)
    {
        // Not asking whose the frame is saves a fifth of the time where objects live for a moment.
        if (ArraySlot.TryPutBack((ArraySlot*)Block->LastTakenFrom, p, SizeClass.MarkOffset))
            return;
        nuint frame = Booted.FrameOf(p);
        if (frame < Booted.LowFrames)
        {
            uint owner = Booted.Owners[frame];
            if (SizeClass.IsGeneralOrNone(owner))
            {
                ArraySlot* slot = ArraySlot.Of(Block, owner);
                if (ArraySlot.TryPush(slot, p, colourBytes: 0, SizeClass.MarkOffset))
                    return;
            }
        }
        FreeSlow(Block, p);
    }

    /// <summary>As <see cref="Kernel.kmem_cache_alloc"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("slab")]
    public void* kmem_cache_alloc([Pool] kmem_cache cachep, [GfpFlags] gfp_t flags)
    {
        if (MayPop(flags))
        {
            ArraySlot* slot = ArraySlot.At(Block, cachep.FastOffset);
            if (ArraySlot.TryPop(slot, slot->MarkOffset, out void* obj))
                return obj;
        }
        return AllocateSlow(Block, cachep, flags);
    }

    /// <summary>As <see cref="Kernel.kmem_cache_free"/>.</summary>
    /// <exception cref="KernelBugException">A double free, an address inside an object, or an object of another cache.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [NeverSleeps]
    public void kmem_cache_free([Pool] kmem_cache cachep, [Frees("slab"), DisallowNull] void* objp)
    {
        ArraySlot* slot = ArraySlot.At(Block, cachep.FastOffset);
        if (ArraySlot.TryPutBack(slot, objp, slot->MarkOffset))
            return;
        nuint frame = Booted.FrameOf(objp);
        if (frame < Booted.LowFrames)
        {
            uint owner = Booted.Owners[frame];
            if ((owner & FrameOwner.NumberMask) == (uint)cachep.Number)
            {
                if (ArraySlot.TryPush(slot, objp, FrameOwner.ColourBytesOf(owner), slot->MarkOffset))
                    return;
            }
        }
        FreeSlow(Block, cachep, objp);
    }

    // With sleep checks on, flags that may sleep are for the slow path to report.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool MayPop(gfp_t flags) =>
        (flags & SlabAllocator.SlowFlags) == 0 && (!Booted.ChecksSleep || (flags & gfp_t.__GFP_WAIT) == 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void* AllocateSlow(CpuBlock* block, nuint size, gfp_t flags)
    {
        int pins = Suspend(block);
        try
        {
            return Booted.Machine.Slab.Allocate(block, size, flags);
        }
        finally
        {
            CpuBlock.Repin(block, pins);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void* AllocateSlow(CpuBlock* block, kmem_cache cachep, gfp_t flags)
    {
        int pins = Suspend(block);
        try
        {
            return Booted.Machine.Slab.Allocate(block, cachep, flags);
        }
        finally
        {
            CpuBlock.Repin(block, pins);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FreeSlow(CpuBlock* block, void* p)
    {
        int pins = Suspend(block);
        try
        {
            Booted.Machine.Slab.Free(block, p);
        }
        finally
        {
            CpuBlock.Repin(block, pins);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FreeSlow(CpuBlock* block, kmem_cache cachep, void* objp)
    {
        int pins = Suspend(block);
        try
        {
            Booted.Machine.Slab.Free(block, cachep, objp);
        }
        finally
        {
            CpuBlock.Repin(block, pins);
        }
    }

    // The slow paths claim the arrays themselves, and let drains pass while they work elsewhere.
    private static int Suspend(CpuBlock* block)
    {
        if (block == null || block->Pins == 0)
            throw new KernelBugException("BUG: the handle is not one that get_cpu gave, or its section was left already.");
        return CpuBlock.SuspendPins(block);
    }
}
