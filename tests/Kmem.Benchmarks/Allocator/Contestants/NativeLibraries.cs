using System.Runtime.InteropServices;

namespace Kmem.Benchmarks.Allocator.Contestants;

/// <summary>A native allocator. Its two functions are called by a plain P/Invoke.</summary>
internal unsafe interface INativeLibrary
{
    static abstract LibraryNames Names { get; }

    static abstract void* Allocate(nuint size);

    static abstract void Free(void* address);
}

/// <summary>What a native allocator and its functions are called.</summary>
/// <param name="Name">In tables.</param>
/// <param name="File">As the system loads it.</param>
/// <param name="Package">The Debian package that has it.</param>
/// <param name="Allocate">The function that allocates.</param>
/// <param name="Free">The function that frees.</param>
internal sealed record LibraryNames(string Name, string File, string Package, string Allocate, string Free);

internal readonly unsafe struct Mimalloc : INativeLibrary
{
    private const string File = "libmimalloc.so.2", AllocateFunction = "mi_malloc", FreeFunction = "mi_free";

    public static LibraryNames Names => new("mimalloc", File, "libmimalloc2.0", AllocateFunction, FreeFunction);

    [DllImport(File, EntryPoint = AllocateFunction)]
    public static extern void* Allocate(nuint size);

    [DllImport(File, EntryPoint = FreeFunction)]
    public static extern void Free(void* address);
}

internal readonly unsafe struct Jemalloc : INativeLibrary
{
    private const string File = "libjemalloc.so.2", AllocateFunction = "malloc", FreeFunction = "free";

    public static LibraryNames Names => new("jemalloc", File, "libjemalloc2", AllocateFunction, FreeFunction);

    [DllImport(File, EntryPoint = AllocateFunction)]
    public static extern void* Allocate(nuint size);

    [DllImport(File, EntryPoint = FreeFunction)]
    public static extern void Free(void* address);
}

internal readonly unsafe struct Tcmalloc : INativeLibrary
{
    private const string File = "libtcmalloc_minimal.so.4", AllocateFunction = "tc_malloc", FreeFunction = "tc_free";

    public static LibraryNames Names => new("tcmalloc", File, "libtcmalloc-minimal4", AllocateFunction, FreeFunction);

    [DllImport(File, EntryPoint = AllocateFunction)]
    public static extern void* Allocate(nuint size);

    [DllImport(File, EntryPoint = FreeFunction)]
    public static extern void Free(void* address);
}

internal readonly unsafe struct Glibc : INativeLibrary
{
    private const string File = "libc.so.6", AllocateFunction = "malloc", FreeFunction = "free";

    public static LibraryNames Names => new("glibc", File, "libc6", AllocateFunction, FreeFunction);

    [DllImport(File, EntryPoint = AllocateFunction)]
    public static extern void* Allocate(nuint size);

    [DllImport(File, EntryPoint = FreeFunction)]
    public static extern void Free(void* address);
}
