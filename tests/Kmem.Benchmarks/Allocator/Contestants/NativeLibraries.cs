using System.Runtime.InteropServices;

namespace Kmem.Benchmarks.Allocator.Contestants;

/// <summary>A native allocator, by the names of its library and functions.</summary>
internal unsafe interface INativeLibrary
{
    static abstract string Name { get; }

    static abstract string File { get; }

    /// <summary>The Debian package that has it.</summary>
    static abstract string Package { get; }

    static abstract string AllocateName { get; }

    static abstract string FreeName { get; }

    /// <summary>Allocates by a plain P/Invoke.</summary>
    static abstract void* Allocate(nuint size);

    /// <summary>Frees by a plain P/Invoke.</summary>
    static abstract void Free(void* address);
}

internal readonly unsafe struct Mimalloc : INativeLibrary
{
    private const string Library = "libmimalloc.so.2";

    public static string Name => "mimalloc";

    public static string File => Library;

    public static string Package => "libmimalloc2.0";

    public static string AllocateName => "mi_malloc";

    public static string FreeName => "mi_free";

    public static void* Allocate(nuint size) => mi_malloc(size);

    public static void Free(void* address) => mi_free(address);

    [DllImport(Library)]
    private static extern void* mi_malloc(nuint size);

    [DllImport(Library)]
    private static extern void mi_free(void* address);
}

internal readonly unsafe struct Jemalloc : INativeLibrary
{
    private const string Library = "libjemalloc.so.2";

    public static string Name => "jemalloc";

    public static string File => Library;

    public static string Package => "libjemalloc2";

    public static string AllocateName => "malloc";

    public static string FreeName => "free";

    public static void* Allocate(nuint size) => malloc(size);

    public static void Free(void* address) => free(address);

    [DllImport(Library)]
    private static extern void* malloc(nuint size);

    [DllImport(Library)]
    private static extern void free(void* address);
}

internal readonly unsafe struct Tcmalloc : INativeLibrary
{
    private const string Library = "libtcmalloc_minimal.so.4";

    public static string Name => "tcmalloc";

    public static string File => Library;

    public static string Package => "libtcmalloc-minimal4";

    public static string AllocateName => "tc_malloc";

    public static string FreeName => "tc_free";

    public static void* Allocate(nuint size) => tc_malloc(size);

    public static void Free(void* address) => tc_free(address);

    [DllImport(Library)]
    private static extern void* tc_malloc(nuint size);

    [DllImport(Library)]
    private static extern void tc_free(void* address);
}

internal readonly unsafe struct Glibc : INativeLibrary
{
    private const string Library = "libc.so.6";

    public static string Name => "glibc";

    public static string File => Library;

    public static string Package => "libc6";

    public static string AllocateName => "malloc";

    public static string FreeName => "free";

    public static void* Allocate(nuint size) => malloc(size);

    public static void Free(void* address) => free(address);

    [DllImport(Library)]
    private static extern void* malloc(nuint size);

    [DllImport(Library)]
    private static extern void free(void* address);
}
