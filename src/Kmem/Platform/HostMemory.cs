using System.Runtime.InteropServices;

namespace Kmem.Platform;

/// <summary>
/// The machine's physical memory as the operating system gives it, and the address ranges it is seen through.
/// This class and its two implementations are the only code that talks to the operating system.
/// </summary>
internal abstract unsafe class HostMemory : IDisposable
{
    public const nuint PageSize = 4096;

    /// <summary>Opens the best backend of this system, or the portable one when asked to.</summary>
    public static HostMemory Open(nuint bytes, bool portable) =>
        OperatingSystem.IsLinux() && !portable ? new LinuxHostMemory(bytes) : new PortableHostMemory(bytes);

    /// <summary>True if one frame can be seen at several addresses: what vmalloc, vmap and kmap of high memory need.</summary>
    public abstract bool CanAlias { get; }

    /// <summary>Maps the first <paramref name="bytes"/> of physical memory for the life of the machine, aligned to <paramref name="alignment"/>.</summary>
    public abstract byte* MapDirect(nuint bytes, nuint alignment);

    /// <summary>Sets addresses aside. Touching them faults until <see cref="TryMap"/> puts frames behind them.</summary>
    public abstract byte* Reserve(nuint bytes);

    /// <summary>Puts the frames from <paramref name="physical"/> on behind reserved addresses; false if the system has no mapping left.</summary>
    public abstract bool TryMap(byte* at, nuint physical, nuint bytes);

    /// <summary>Makes mapped addresses reserved ones again; false if the system could not.</summary>
    public abstract bool TryUnmap(byte* at, nuint bytes);

    /// <summary>Gives reserved addresses up: they fault as before but cost the system no mapping. Others may be given them.</summary>
    public abstract void OpenHole(byte* at, nuint bytes);

    /// <summary>Reserves a hole again; false if somebody else has its addresses now.</summary>
    public abstract bool TryCloseHole(byte* at, nuint bytes);

    /// <summary>Gives the memory behind frames back to the system; they read as zero when they are touched again.</summary>
    public abstract void Discard(nuint physical, nuint bytes);

    /// <summary>Memory for the allocator's own tables: zeroed, page aligned, committed page by page when touched.</summary>
    public abstract void* AllocateTable(nuint bytes);

    /// <summary>Gives the whole pages inside a part of a table back to the system, if it can; nobody may depend on what was in them.</summary>
    public void DiscardTable(void* start, nuint bytes)
    {
        nuint first = RoundUp((nuint)start, PageSize), behind = ((nuint)start + bytes) & ~(PageSize - 1);
        if (first < behind)
            DiscardTablePages((void*)first, behind - first);
    }

    public abstract void FreeTable(void* table, nuint bytes);

    public abstract void Dispose();

    protected abstract void DiscardTablePages(void* first, nuint bytes);

    protected static nuint RoundUp(nuint value, nuint to) => (value + to - 1) & ~(to - 1);

    protected static InsufficientMemoryException Refused(string what, nuint bytes) =>
        new($"Kmem: the system refused {what} of {bytes:N0} bytes ({Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}). "
            + "Choose a smaller MachineOptions.MemorySize (KMEM_MEMORY), or raise the process's address space limit.");
}
