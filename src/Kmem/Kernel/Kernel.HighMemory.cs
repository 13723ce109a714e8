using Kmem.Annotations;
using Kmem.Execution;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Gives a page an address; sleeps while the window of 1,024 high pages is full. A low page's address is its own. LKD ch. 12, "Permanent Mappings".</summary>
    /// <param name="page">The page; its users count.</param>
    /// <returns>The address, until as many <see cref="kunmap"/> as there were kmap; never null.</returns>
    /// <exception cref="KernelBugException">The page is not allocated, or no page of the machine.</exception>
    /// <exception cref="InsufficientMemoryException">The system has no mapping left (vm.max_map_count).</exception>
    [MightSleep]
    public static void* kmap([Maps("kmap")] page* page)
    {
        Booted.MightSleep();
        return Booted.Machine.HighMemory.Map(page);
    }

    /// <summary>Ends one <see cref="kmap"/> of the page. May sleep. LKD ch. 12, "Permanent Mappings".</summary>
    /// <param name="page">The page, not its address.</param>
    /// <exception cref="KernelBugException">The page is not mapped.</exception>
    [MightSleep]
    public static void kunmap([Unmaps("kmap")] page* page)
    {
        Booted.MightSleep();
        Booted.Machine.HighMemory.Unmap(page);
    }

    /// <summary>Gives a page an address for a moment, without sleeping, and disables preemption. LKD ch. 12, "Temporary Mappings".</summary>
    /// <param name="page">The page.</param>
    /// <param name="type">The slot of this CPU; each user has its own.</param>
    /// <returns>The address, until <see cref="kunmap_atomic"/>; never null.</returns>
    /// <exception cref="KernelBugException">The slot is in use.</exception>
    [EntersAtomic("kmap_atomic")]
    public static void* kmap_atomic(page* page, km_type type)
    {
        CpuBlock* block = Booted.Block;
        Booted.Context.Enter(block, SectionKind.KmapAtomic);
        try
        {
            return Booted.Machine.HighMemory.MapAtomic(block, page, type);
        }
        catch
        {
            Booted.Context.Leave(block, SectionKind.KmapAtomic);
            throw;
        }
    }

    /// <summary>Ends a <see cref="kmap_atomic"/>: the address is dead, preemption as before. LKD ch. 12, "Temporary Mappings".</summary>
    /// <param name="kvaddr">An address in the mapping.</param>
    /// <param name="type">The slot it is in.</param>
    /// <exception cref="KernelBugException">The slot does not map this address.</exception>
    [LeavesAtomic("kmap_atomic")]
    public static void kunmap_atomic(void* kvaddr, km_type type)
    {
        CpuBlock* block = Booted.Block;
        Booted.Machine.HighMemory.UnmapAtomic(block, kvaddr, type);
        Booted.Context.Leave(block, SectionKind.KmapAtomic);
    }
}
