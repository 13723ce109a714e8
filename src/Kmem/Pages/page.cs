using System.Runtime.InteropServices;

namespace Kmem;

/// <summary>
/// One per page frame of physical memory: the kernel's struct page. Its fields are the allocator's; all zero is a frame inside a larger free block.
/// Source: Linux Kernel Development, 3rd ed., ch. 12, "Pages".
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public unsafe struct page
{
    /// <summary>No frame: the end of a list.</summary>
    internal const uint None = uint.MaxValue;

    internal PageState State;
    internal int Count;

    /// <summary>On the first page of a block: how many mappings there are of its pages.</summary>
    internal int Mapped;
    internal byte Order;
    internal byte ZoneIndex;
    internal uint Next;
    internal uint Previous;
    internal void* Slab;

    /// <summary>Address and users of the page's kmap mapping.</summary>
    internal nuint MappedAt;
    internal int MappedAtUsers;
}

/// <summary>What a frame is used for.</summary>
[Flags]
internal enum PageState : uint
{
    /// <summary>Nothing of its own: part of a larger block.</summary>
    None = 0,
    /// <summary>First frame of a free block in a zone's free area.</summary>
    Buddy = 1,
    /// <summary>Free, on a CPU's list.</summary>
    OnCpuList = 2,
    /// <summary>First frame of an allocated block.</summary>
    Allocated = 4,
    /// <summary>Part of a slab.</summary>
    Slab = 8,
    /// <summary>First frame of a compound page.</summary>
    Compound = 16,
    /// <summary>Never given to the zones, or taken by boot memory.</summary>
    Reserved = 32,
    /// <summary>A free block whose memory the system has taken back.</summary>
    Untouched = 64,
}
