using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Kmem.Annotations;
using Kmem.Slab;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Allocates an array; see <see cref="kmalloc"/>. Source: include/linux/slab.h.</summary>
    /// <returns>The memory; null without memory, or if n * size overflows.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("kmalloc")]
    public static void* kmalloc_array(nuint n, nuint size, [GfpFlags] gfp_t flags) =>
        Math.BigMul(n, size, out ulong bytes) == 0 ? kmalloc((nuint)bytes, flags) : null;

    /// <summary>As <see cref="kmalloc_array"/>, filled with zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    [return: Allocates("kmalloc", Zeroed = true)]
    public static void* kcalloc(nuint n, nuint size, [GfpFlags] gfp_t flags) =>
        Math.BigMul(n, size, out ulong bytes) == 0 ? kzalloc((nuint)bytes, flags) : null;

    /// <summary>Resizes memory, keeping its contents up to the smaller size. Source: mm/util.c.</summary>
    /// <param name="p">Memory of kmalloc; null: a new allocation.</param>
    /// <param name="new_size">Bytes; 0 frees the memory and gives ZERO_SIZE_PTR.</param>
    /// <param name="flags">Where from and how.</param>
    /// <returns>The memory, perhaps at another address; null without memory, and <paramref name="p"/> is then unchanged.</returns>
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

    /// <summary>Allocates a copy of memory. Source: mm/util.c.</summary>
    /// <returns>The copy; null without memory.</returns>
    [return: Allocates("kmalloc")]
    public static void* kmemdup(void* src, nuint len, [GfpFlags] gfp_t flags)
    {
        void* copy = kmalloc(len, flags);
        if (copy != null)
            NativeMemory.Copy(src, copy, len);
        return copy;
    }

    /// <summary>Frees memory of kmalloc after clearing it, for keys and passwords; null is nothing.</summary>
    [NeverSleeps]
    public static void kfree_sensitive([Frees("kmalloc")] void* p)
    {
        if (p != null)
            NativeMemory.Clear(p, ksize(p));
        kfree(p);
    }

    /// <summary>Bytes that may be used of memory of kmalloc: what was asked for, rounded up to its general cache.</summary>
    /// <exception cref="KernelBugException">It is null or not from kmalloc.</exception>
    public static nuint ksize([Borrows] void* p) => Booted.Machine.Slab.SizeOf(p);
}
