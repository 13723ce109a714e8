using System.Runtime.InteropServices;

namespace Kmem.Platform;

/// <summary>
/// Physical memory as one anonymous block, for systems without memory files. A frame has one address only, so nothing can be
/// mapped a second time: <see cref="CanAlias"/> is false and the mapping operations are not supported.
/// </summary>
internal sealed unsafe class PortableHostMemory : HostMemory
{
    private readonly nuint _bytes;
    private byte* _block;

    public PortableHostMemory(nuint bytes) => _bytes = bytes;

    public override bool CanAlias => false;

    // The whole memory stands behind the direct map, high memory behind its end: a "mapping" of a high page is its own address there.
    public override byte* MapDirect(nuint bytes, nuint alignment)
    {
        _block = (byte*)NativeMemory.AlignedAlloc(_bytes, alignment);
        return _block;
    }

    public override byte* Reserve(nuint bytes) => throw Unsupported();

    public override bool TryMap(byte* at, nuint physical, nuint bytes) => throw Unsupported();

    public override bool TryUnmap(byte* at, nuint bytes) => throw Unsupported();

    public override void OpenHole(byte* at, nuint bytes) => throw Unsupported();

    public override bool TryCloseHole(byte* at, nuint bytes) => throw Unsupported();

    public override void Discard(nuint physical, nuint bytes) => NativeMemory.Clear(_block + physical, bytes);

    public override void* AllocateTable(nuint bytes)
    {
        void* table = NativeMemory.AlignedAlloc(bytes, PageSize);
        NativeMemory.Clear(table, bytes);
        return table;
    }

    public override void FreeTable(void* table, nuint bytes) => NativeMemory.AlignedFree(table);

    public override void Dispose()
    {
        NativeMemory.AlignedFree(_block);
        _block = null;
    }

    // .NET's allocator cannot give a part of a block back.
    protected override void DiscardTablePages(void* first, nuint bytes)
    {
    }

    private static PlatformNotSupportedException Unsupported() =>
        new("Kmem: this system cannot map one frame at two addresses (no memfd_create), so vmap is not available here. Use Linux, or kmalloc and alloc_pages.");
}
