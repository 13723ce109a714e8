using System.Runtime.InteropServices;
using Kmem.Annotations;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Allocates memory that is contiguous in addresses only. May sleep. LKD ch. 12, "vmalloc()".</summary>
    /// <param name="size">Bytes; rounded up to pages.</param>
    /// <returns>The memory, page aligned, with a guard page behind it; null for size 0 or without memory.</returns>
    [MightSleep]
    [return: Allocates("vmalloc")]
    public static void* vmalloc([AllocationSize] nuint size)
    {
        Booted.MightSleep();
        return Booted.Machine.Vmalloc.Allocate(Booted.Block, size, gfp_t.GFP_KERNEL);
    }

    /// <summary>As <see cref="vmalloc"/>, filled with zeros.</summary>
    [MightSleep]
    [return: Allocates("vmalloc", Zeroed = true)]
    public static void* vzalloc([AllocationSize] nuint size)
    {
        void* p = vmalloc(size);
        if (p != null)
            NativeMemory.Clear(p, size);
        return p;
    }

    /// <summary>Frees memory of vmalloc; null is nothing. May sleep. LKD ch. 12, "vmalloc()".</summary>
    /// <exception cref="KernelBugException">It is not the start of an area: a double free, or memory of another family.</exception>
    [MightSleep]
    public static void vfree([Frees("vmalloc")] void* addr)
    {
        Booted.MightSleep();
        Booted.Machine.Vmalloc.Free(Booted.Block, addr);
    }

    /// <summary>As <see cref="vfree"/>, in any context.</summary>
    [NeverSleeps]
    public static void vfree_atomic([Frees("vmalloc")] void* addr) => Booted.Machine.Vmalloc.Free(Booted.Block, addr);

    /// <summary>True if the address is one that vmalloc gives.</summary>
    public static bool is_vmalloc_addr([TestsFamily("vmalloc")] void* addr) => Booted.Machine.Vmalloc.Contains(addr);

    /// <summary>The page behind an address of vmalloc; null if there is none.</summary>
    public static page* vmalloc_to_page(void* addr) => Booted.Machine.Vmalloc.PageOf(addr);
}
