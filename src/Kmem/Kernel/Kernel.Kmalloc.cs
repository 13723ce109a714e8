using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kmem.Annotations;
using Kmem.Slab;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Allocates an array, as <see cref="kmalloc"/> does. Sleeps only if the flags contain __GFP_WAIT. Source: include/linux/slab.h.</summary>
    /// <param name="n">Elements.</param>
    /// <param name="size">Bytes of an element.</param>
    /// <param name="flags">Where from and how.</param>
    /// <returns>The memory; null without memory, or if n * size overflows or is above <see cref="KMALLOC_MAX_SIZE"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("kmalloc")]
    public static void* kmalloc_array(nuint n, nuint size, [GfpFlags] gfp_t flags) =>
        Math.BigMul(n, size, out ulong bytes) == 0 ? kmalloc((nuint)bytes, flags) : null;

    /// <summary>As <see cref="kmalloc_array"/>, filled with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("kmalloc", Zeroed = true)]
    public static void* kcalloc(nuint n, nuint size, [GfpFlags] gfp_t flags) =>
        Math.BigMul(n, size, out ulong bytes) == 0 ? kzalloc((nuint)bytes, flags) : null;

    /// <summary>Resizes memory, keeping its contents up to the smaller size. Sleeps only if the flags contain __GFP_WAIT. Source: mm/util.c.</summary>
    /// <param name="p">Memory of kmalloc; null: a new allocation.</param>
    /// <param name="new_size">Bytes; 0 frees the memory and gives ZERO_SIZE_PTR.</param>
    /// <param name="flags">Where from and how.</param>
    /// <returns>The memory, perhaps at another address; null without memory, and <paramref name="p"/> is then unchanged.</returns>
    /// <exception cref="KernelBugException"><paramref name="p"/> is not memory of kmalloc.</exception>
    [return: Allocates("kmalloc")]
    public static void* krealloc([Reallocates] void* p, [AllocationSize(Max = KMALLOC_MAX_SIZE)] nuint new_size, [GfpFlags] gfp_t flags)
    {
        if (new_size == 0)
        {
            kfree(p);
            return SlabAllocator.ZeroSize;
        }
        nuint old = p == null ? 0 : ksize(p);
        if (old >= new_size)
            return p;
        void* grown = kmalloc(new_size, flags);
        if (grown == null || p == null)
            return grown;
        NativeMemory.Copy(p, grown, old);
        kfree(p);
        return grown;
    }

    /// <summary>Allocates a copy of memory. Sleeps only if the flags contain __GFP_WAIT. Source: mm/util.c.</summary>
    /// <param name="src">The memory; not null.</param>
    /// <param name="len">Bytes.</param>
    /// <param name="flags">Where from and how.</param>
    /// <returns>The copy, to be freed by <see cref="kfree"/>; null without memory.</returns>
    [return: Allocates("kmalloc")]
    public static void* kmemdup(void* src, nuint len, [GfpFlags] gfp_t flags)
    {
        void* copy = kmalloc(len, flags);
        if (copy != null)
            NativeMemory.Copy(src, copy, len);
        return copy;
    }

    /// <summary>Frees memory of kmalloc after clearing it, for keys and passwords. Source: mm/util.c.</summary>
    /// <param name="p">The memory; null and ZERO_SIZE_PTR are nothing.</param>
    /// <exception cref="KernelBugException">As <see cref="kfree"/>.</exception>
    [NeverSleeps]
    public static void kfree_sensitive([Frees("kmalloc")] void* p)
    {
        if (p != null)
            NativeMemory.Clear(p, ksize(p));
        kfree(p);
    }

    /// <summary>Bytes that may be used of memory of kmalloc. Source: mm/slab.c.</summary>
    /// <param name="p">The memory; ZERO_SIZE_PTR has none.</param>
    /// <returns>What was asked for, rounded up to its general cache; exactly what was asked for under object checks.</returns>
    /// <exception cref="KernelBugException">It is null or not from kmalloc.</exception>
    public static nuint ksize([Borrows] void* p) => Booted.Machine.Slab.SizeOf(p);
}
