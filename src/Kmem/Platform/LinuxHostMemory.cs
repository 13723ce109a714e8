namespace Kmem.Platform;

/// <summary>Physical memory as one memfd: every mapping of a frame shows the same bytes.</summary>
internal sealed unsafe class LinuxHostMemory : HostMemory
{
    private const int ReadWrite = Libc.PROT_READ | Libc.PROT_WRITE;
    private readonly int _fd;
    private readonly List<(nint Address, nuint Bytes)> _ranges = [];

    public LinuxHostMemory(nuint bytes)
    {
        _fd = Libc.memfd_create("kmem", Libc.MFD_CLOEXEC);
        if (_fd < 0)
            throw Refused("a memory file", bytes);
        if (Libc.ftruncate(_fd, (long)bytes) == 0)
            return;
        InsufficientMemoryException refused = Refused("physical memory", bytes);
        _ = Libc.close(_fd);
        throw refused;
    }

    public override bool CanAlias => true;

    public override byte* MapDirect(nuint bytes, nuint alignment)
    {
        byte* range = (byte*)RoundUp((nuint)Reserve(bytes + alignment), alignment);
        if (Libc.mmap(range, bytes, ReadWrite, Libc.MAP_SHARED | Libc.MAP_FIXED | Libc.MAP_NORESERVE, _fd, 0) == Libc.MAP_FAILED)
            throw Refused("the direct map", bytes);
        return range;
    }

    public override byte* Reserve(nuint bytes)
    {
        void* range = Libc.mmap(null, bytes, Libc.PROT_NONE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE, -1, 0);
        if (range == Libc.MAP_FAILED)
            throw Refused("an address range", bytes);
        _ranges.Add(((nint)range, bytes));
        return (byte*)range;
    }

    // Populated at once: a fault a page costs more than the mapping itself.
    public override bool TryMap(byte* at, nuint physical, nuint bytes) =>
        Libc.mmap(at, bytes, ReadWrite, Libc.MAP_SHARED | Libc.MAP_FIXED | Libc.MAP_POPULATE, _fd, (long)physical) != Libc.MAP_FAILED;

    public override bool TryUnmap(byte* at, nuint bytes) =>
        Libc.mmap(at, bytes, Libc.PROT_NONE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE | Libc.MAP_FIXED, -1, 0) != Libc.MAP_FAILED;

    public override void OpenHole(byte* at, nuint bytes) => _ = Libc.munmap(at, bytes);

    // A kernel that does not know the flag takes the address for a hint and may choose another.
    public override bool TryCloseHole(byte* at, nuint bytes)
    {
        void* got = Libc.mmap(at, bytes, Libc.PROT_NONE, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE | Libc.MAP_FIXED_NOREPLACE, -1, 0);
        if (got != Libc.MAP_FAILED && got != at)
            _ = Libc.munmap(got, bytes);
        return got == at;
    }

    public override void Discard(nuint physical, nuint bytes) =>
        _ = Libc.fallocate(_fd, Libc.FALLOC_FL_PUNCH_HOLE | Libc.FALLOC_FL_KEEP_SIZE, (long)physical, (long)bytes);

    public override void* AllocateTable(nuint bytes)
    {
        void* table = Libc.mmap(null, bytes, ReadWrite, Libc.MAP_PRIVATE | Libc.MAP_ANONYMOUS | Libc.MAP_NORESERVE, -1, 0);
        if (table == Libc.MAP_FAILED)
            throw Refused("a table", bytes);
        return table;
    }

    public override void FreeTable(void* table, nuint bytes) => _ = Libc.munmap(table, bytes);

    public override void Dispose()
    {
        foreach ((nint address, nuint bytes) in _ranges)
            _ = Libc.munmap((void*)address, bytes);
        _ranges.Clear();
        _ = Libc.close(_fd);
    }

    protected override void DiscardTablePages(void* first, nuint bytes) => _ = Libc.madvise(first, bytes, Libc.MADV_DONTNEED);
}
