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

    /// <summary>Frees memory of vmalloc. May sleep. LKD ch. 12, "vmalloc()".</summary>
    /// <param name="addr">What vmalloc returned; null is nothing.</param>
    /// <exception cref="KernelBugException">It is not the start of an area: a double free, or memory of another family.</exception>
    [MightSleep]
    public static void vfree([Frees("vmalloc")] void* addr)
    {
        Booted.MightSleep();
        Booted.Machine.Vmalloc.Free(Booted.Block, addr);
    }

    /// <summary>As <see cref="vfree"/>, in any context. Source: mm/vmalloc.c.</summary>
    [NeverSleeps]
    public static void vfree_atomic([Frees("vmalloc")] void* addr) => Booted.Machine.Vmalloc.Free(Booted.Block, addr);

    /// <summary>Whether an address is one that vmalloc and vmap give. Source: mm/vmalloc.c.</summary>
    /// <param name="addr">Any address.</param>
    /// <returns>True if it lies in their range, used or not.</returns>
    public static bool is_vmalloc_addr([TestsFamily("vmalloc")] void* addr) => Booted.Machine.Vmalloc.Contains(addr);

    /// <summary>The page behind an address of vmalloc. Source: mm/vmalloc.c.</summary>
    /// <param name="addr">Any address.</param>
    /// <returns>The page; null if there is none.</returns>
    public static page* vmalloc_to_page(void* addr) => Booted.Machine.Vmalloc.PageOf(addr);

    /// <summary>Maps pages of any zone at neighbouring addresses. The pages stay the caller's, and cannot be freed meanwhile. May sleep. Source: mm/vmalloc.c.</summary>
    /// <param name="pages">The pages, in the order of their addresses; allocated.</param>
    /// <param name="count">How many.</param>
    /// <returns>The first address; null for no pages, or without addresses.</returns>
    /// <exception cref="KernelBugException">One of them is not allocated, or no page of the machine; or <paramref name="pages"/> is null.</exception>
    /// <exception cref="PlatformNotSupportedException">The machine has no memory file.</exception>
    [MightSleep]
    [return: Allocates("vmap")]
    public static void* vmap(page** pages, uint count)
    {
        Booted.MightSleep();
        return Booted.Machine.Vmalloc.MapPages(pages, count);
    }

    /// <summary>Ends a <see cref="vmap"/>. May sleep. Source: mm/vmalloc.c.</summary>
    /// <param name="addr">What vmap returned; null is nothing.</param>
    /// <exception cref="KernelBugException">It is not the start of such a mapping.</exception>
    [MightSleep]
    public static void vunmap([Frees("vmap")] void* addr)
    {
        Booted.MightSleep();
        Booted.Machine.Vmalloc.UnmapPages(addr);
    }

    /// <summary>Allocates by <see cref="kmalloc"/> if that is easy, else by <see cref="vmalloc"/>. May sleep. Source: mm/util.c.</summary>
    /// <param name="size">Bytes.</param>
    /// <param name="flags">Where from and how.</param>
    /// <returns>The memory; null without memory.</returns>
    [MightSleep]
    [return: Allocates("kvmalloc")]
    public static void* kvmalloc([AllocationSize] nuint size, gfp_t flags)
    {
        Booted.MightSleep();
        // A small request is worth trying hard for, a large one has the other way.
        gfp_t how = size <= PAGE_SIZE ? flags : flags | gfp_t.__GFP_NORETRY | gfp_t.__GFP_NOWARN;
        void* p = kmalloc(size, how);
        return p != null || size <= PAGE_SIZE ? p : Booted.Machine.Vmalloc.Allocate(Booted.Block, size, flags);
    }

    /// <summary>As <see cref="kvmalloc"/>, filled with zeros.</summary>
    [MightSleep]
    [return: Allocates("kvmalloc", Zeroed = true)]
    public static void* kvzalloc([AllocationSize] nuint size, gfp_t flags)
    {
        void* p = kvmalloc(size, flags);
        if (p != null)
            NativeMemory.Clear(p, size);
        return p;
    }

    /// <summary>Frees memory of kvmalloc, kmalloc or vmalloc. May sleep. Source: mm/util.c.</summary>
    /// <param name="addr">The memory; null is nothing.</param>
    /// <exception cref="KernelBugException">It is of none of them, or was freed already.</exception>
    [MightSleep]
    public static void kvfree([Frees("kvmalloc", "kmalloc", "vmalloc")] void* addr)
    {
        if (is_vmalloc_addr(addr))
        {
            vfree(addr);
            return;
        }
        Booted.MightSleep();
        kfree(addr);
    }
}
