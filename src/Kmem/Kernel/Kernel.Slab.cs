using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kmem.Annotations;
using Kmem.Execution;
using Kmem.Slab;

namespace Kmem;

/// <content>
/// The hot paths, top to bottom. Each pops from, or pushes to, the calling thread's own array (<see cref="ArraySlot"/>): claim the block, look at one counter, move one
/// pointer, leave. Whatever else there is to do (no block yet, array empty or full, other zones, debugging, bad pointers) goes to <see cref="SlabAllocator"/>, out of line.
/// </content>
public static unsafe partial class Kernel
{
    /// <summary>Allocates physically contiguous memory. Sleeps only if the flags contain __GFP_WAIT. LKD ch. 12, "kmalloc()".</summary>
    /// <param name="size">Bytes; 0 gives ZERO_SIZE_PTR, which is not null, not to be read, and free to kfree.</param>
    /// <param name="flags">Where from and how.</param>
    /// <returns>The memory; null without memory, or above <see cref="KMALLOC_MAX_SIZE"/>. Powers of two are aligned to their size, others to 32 bytes.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("kmalloc")]
    public static void* kmalloc([AllocationSize(Max = KMALLOC_MAX_SIZE)] nuint size, [GfpFlags] gfp_t flags)
    {
        // First, before anything branches: only then does the compiler find the thread once for a whole loop.
        CpuBlock* block = FastThread.Block;
        if (block != null
            && SizeClass.TryGetOffset(size, out nuint offset)
            && (flags & SlabAllocator.SlowFlags) == 0
            && TryPop(block, ArraySlot.At(block, offset), SizeClass.MarkOffset, flags, out void* obj))
        {
            return obj;
        }
        return AllocateSlow(size, flags);
    }

    /// <summary>As <see cref="kmalloc"/>, filled with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("kmalloc", Zeroed = true)]
    public static void* kzalloc([AllocationSize(Max = KMALLOC_MAX_SIZE)] nuint size, [GfpFlags] gfp_t flags)
    {
        void* p = kmalloc(size, flags);
        if (p != null)
            NativeMemory.Clear(p, size);
        return p;
    }

    /// <summary>Frees memory of kmalloc and its relatives, in any context. LKD ch. 12, "kfree()".</summary>
    /// <param name="p">The memory; null and ZERO_SIZE_PTR are nothing.</param>
    /// <exception cref="KernelBugException">A double free, an address inside an object, or memory that is not from kmalloc.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [NeverSleeps]
    public static void kfree([Frees("kmalloc")] void* p)
    {
        CpuBlock* block = FastThread.Block;
        nuint frame = Booted.FrameOf(p);
        if (block != null && frame < Booted.LowFrames)
        {
            uint owner = Booted.Owners[frame];
            if (SizeClass.IsGeneralOrNone(owner) && TryPush(block, ArraySlot.Of(block, owner), p, colourBytes: 0, SizeClass.MarkOffset))
                return;
        }
        FreeSlow(p);
    }

    /// <summary>Allocates an object of a cache. Sleeps only if the flags contain __GFP_WAIT. LKD ch. 12, "Allocating from the Cache".</summary>
    /// <param name="cachep">The cache.</param>
    /// <param name="flags">How; the cache knows its zone.</param>
    /// <returns>The object, as its constructor or last user left it; null without memory.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("slab")]
    public static void* kmem_cache_alloc([Pool] kmem_cache cachep, [GfpFlags] gfp_t flags)
    {
        CpuBlock* block = FastThread.Block;
        if (block != null && (flags & SlabAllocator.SlowFlags) == 0)
        {
            ArraySlot* slot = ArraySlot.At(block, cachep.FastOffset);
            if (TryPop(block, slot, slot->MarkOffset, flags, out void* obj))
                return obj;
        }
        return AllocateSlow(cachep, flags);
    }

    /// <summary>Gives an object back to its cache, in any context. LKD ch. 12, "Allocating from the Cache".</summary>
    /// <param name="cachep">The cache.</param>
    /// <param name="objp">The object; not null.</param>
    /// <exception cref="KernelBugException">A double free, an address inside an object, or an object of another cache.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [NeverSleeps]
    public static void kmem_cache_free([Pool] kmem_cache cachep, [Frees("slab"), DisallowNull] void* objp)
    {
        CpuBlock* block = FastThread.Block;
        nuint frame = Booted.FrameOf(objp);
        if (block != null && frame < Booted.LowFrames)
        {
            uint owner = Booted.Owners[frame];
            if ((owner & FrameOwner.NumberMask) == (uint)cachep.Number)
            {
                ArraySlot* slot = ArraySlot.At(block, cachep.FastOffset);
                if (TryPush(block, slot, objp, FrameOwner.ColourBytesOf(owner), slot->MarkOffset))
                    return;
            }
        }
        FreeSlow(cachep, objp);
    }

    /// <summary>As <see cref="kmem_cache_alloc"/>, filled with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("slab", Zeroed = true)]
    public static void* kmem_cache_zalloc([Pool] kmem_cache cachep, [GfpFlags] gfp_t flags)
    {
        void* obj = kmem_cache_alloc(cachep, flags);
        if (obj != null)
            NativeMemory.Clear(obj, cachep.ObjectSize);
        return obj;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPop(CpuBlock* block, ArraySlot* slot, nuint markOffset, gfp_t flags, out void* obj)
    {
        obj = null;
        if (Booted.ChecksSleep && (flags & gfp_t.__GFP_WAIT) != 0)
            Booted.Context.MightSleep(block);
        if (!CpuBlock.TryEnter(block))
            return false;
        if (ArraySlot.TryPop(slot, markOffset, out obj))
        {
            CpuBlock.Exit(block);
            return true;
        }
        CpuBlock.Exit(block);
        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryPush(CpuBlock* block, ArraySlot* slot, void* obj, uint colourBytes, nuint markOffset)
    {
        if (!CpuBlock.TryEnter(block))
            return false;
        if (ArraySlot.TryPush(slot, obj, colourBytes, markOffset))
        {
            CpuBlock.Exit(block);
            return true;
        }
        CpuBlock.Exit(block);
        return false;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void* AllocateSlow(nuint size, gfp_t flags) => Booted.Machine.Slab.Allocate(Booted.Block, size, flags);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void* AllocateSlow(kmem_cache cachep, gfp_t flags) => Booted.Machine.Slab.Allocate(Booted.Block, cachep, flags);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FreeSlow(void* p) => Booted.Machine.Slab.Free(Booted.Block, p);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void FreeSlow(kmem_cache cachep, void* objp) => Booted.Machine.Slab.Free(Booted.Block, cachep, objp);
}
