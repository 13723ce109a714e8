using System.Runtime.InteropServices;

namespace Kmem.Physical;

/// <summary>
/// Memory for code that runs before the page allocator is up: taken upwards from low memory, never reused. What is not freed again by the end of
/// boot stays out of the zones for ever. Source: mm/bootmem.c.
/// </summary>
internal sealed unsafe class BootMemory(PhysicalMemory memory)
{
    private const nuint Alignment = 64;
    private const nuint FirstAddress = 16u << 20;

    [ThreadStatic] private static BootMemory? s_current;

    private readonly SortedSet<uint> _reserved = [];
    private nuint _next = memory.LowBytes > 2 * FirstAddress ? FirstAddress : PhysicalMemory.PageSize;

    /// <summary>The boot memory of the machine that this thread is booting; null otherwise.</summary>
    public static BootMemory? Current => s_current;

    /// <summary>Frames that stay reserved.</summary>
    public IReadOnlyCollection<uint> Reserved => _reserved;

    /// <summary>Runs the boot callback.</summary>
    public void Run(Action onBoot)
    {
        s_current = this;
        try
        {
            onBoot();
        }
        finally
        {
            s_current = null;
        }
    }

    /// <summary>Zeroed memory; never null.</summary>
    public void* Allocate(nuint size)
    {
        nuint start = _next;
        if (size > memory.LowBytes - start)
            throw new InsufficientMemoryException($"Kmem: alloc_bootmem of {size:N0} bytes: the machine has {memory.LowBytes - start:N0} left. Choose a larger MachineOptions.MemorySize (KMEM_MEMORY).");
        nuint end = nuint.Min(memory.LowBytes, start + ((size + Alignment - 1) & ~(Alignment - 1)));
        for (uint frame = (uint)(start >> PhysicalMemory.PageShift); (nuint)frame << PhysicalMemory.PageShift < end; frame++)
            _reserved.Add(frame);
        _next = end;
        NativeMemory.Clear(memory.DirectMap + start, end - start);
        return memory.DirectMap + start;
    }

    /// <summary>Frees the pages that lie in the range as a whole; they go to the zones when boot ends.</summary>
    public void Free(void* address, nuint size)
    {
        nuint start = (nuint)address - (nuint)memory.DirectMap;
        if (!memory.IsDirectMapped(address) || start > _next || size > _next - start)
            throw new KernelBugException($"BUG: free_bootmem: {(nuint)address:x} and the {size} bytes from there are not boot memory.");
        uint first = (uint)((start + PhysicalMemory.PageSize - 1) >> PhysicalMemory.PageShift);
        uint end = (uint)((start + size) >> PhysicalMemory.PageShift);
        for (uint frame = first; frame < end; frame++)
        {
            if (!_reserved.Contains(frame))
                throw new KernelBugException($"BUG: free_bootmem: {(nuint)address:x} and the {size} bytes from there: pfn {frame:x} is free already (double free).");
        }
        for (uint frame = first; frame < end; frame++)
            _reserved.Remove(frame);
    }
}
