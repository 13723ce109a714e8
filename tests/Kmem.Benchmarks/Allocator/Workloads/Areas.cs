using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary>Large memory, mapped page by page: allocated, each page touched, and freed.</summary>
internal static unsafe partial class Areas
{
    private const int ReadWrite = 3, PrivateAnonymous = 0x22;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void UseVmalloc(nuint bytes, int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            var area = Kernel.vmalloc(bytes);
            Touch((byte*)area, bytes);
            Kernel.vfree(area);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void UseMmap(nuint bytes, int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            var area = mmap(null, bytes, ReadWrite, PrivateAnonymous, -1, 0);
            Touch((byte*)area, bytes);
            _ = munmap(area, bytes);
        }
    }

    private static void Touch(byte* area, nuint bytes)
    {
        for (nuint at = 0; at < bytes; at += Kernel.PAGE_SIZE)
            area[at] = 1;
    }

    [LibraryImport("libc")]
    private static partial void* mmap(void* address, nuint length, int protection, int flags, int file, long offset);

    [LibraryImport("libc")]
    private static partial int munmap(void* address, nuint length);
}
