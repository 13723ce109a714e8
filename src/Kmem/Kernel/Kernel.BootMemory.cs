using Kmem.Annotations;
using Kmem.Physical;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Allocates zeroed memory while the machine boots; it is no part of the zones. Source: mm/bootmem.c.</summary>
    /// <param name="size">Bytes.</param>
    /// <returns>The memory, aligned to a cache line; never null.</returns>
    /// <exception cref="InvalidOperationException">No machine is booting on this thread.</exception>
    /// <exception cref="InsufficientMemoryException">The machine is too small.</exception>
    [return: Allocates("bootmem", NeverNull = true, Zeroed = true)]
    public static void* alloc_bootmem(nuint size) => Booting("alloc_bootmem").Allocate(size);

    /// <summary>Frees the pages that lie in the range as a whole; they join the zones when boot ends. Source: mm/bootmem.c.</summary>
    /// <param name="addr">Memory from <see cref="alloc_bootmem"/>; not null.</param>
    /// <param name="size">Bytes.</param>
    /// <exception cref="InvalidOperationException">No machine is booting on this thread.</exception>
    /// <exception cref="KernelBugException">The range is not boot memory.</exception>
    public static void free_bootmem([Frees("bootmem")] void* addr, nuint size) => Booting("free_bootmem").Free(addr, size);

    private static BootMemory Booting(string caller) =>
        BootMemory.Current ?? throw new InvalidOperationException($"Kmem: {caller} works only while the machine boots: call it from MachineOptions.OnBoot; afterwards use kmalloc or alloc_pages.");
}
