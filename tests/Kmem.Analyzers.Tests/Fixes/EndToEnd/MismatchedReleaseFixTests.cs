using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

public class MismatchedReleaseFixTests
{
    [Theory]
    [InlineData("void* p = vmalloc(8); kfree({|KMEM2002:p|});", "void* p = vmalloc(8); vfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); Kernel.vfree({|KMEM2002:p|}); // done", "void* p = kmalloc(8, GFP_KERNEL); Kernel.kfree(p); // done")]
    [InlineData("void* p = kmem_cache_alloc(cache, GFP_KERNEL); if (p != null) kfree({|KMEM2002:p|});", "void* p = kmem_cache_alloc(cache, GFP_KERNEL); if (p != null) kmem_cache_free(cache, p);")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 2); kfree({|KMEM2002:(void*)p|});", "nuint p = __get_free_pages(GFP_KERNEL, 2); free_pages((nuint)(void*)p, 2);")]
    [InlineData("nuint p = (nuint)kmalloc(8, GFP_KERNEL); free_page({|KMEM2002:p|});", "nuint p = (nuint)kmalloc(8, GFP_KERNEL); kfree((void*)p);")]
    [InlineData("nint p = Marshal.AllocCoTaskMem(8); Marshal.FreeHGlobal({|KMEM2002:p|});", "nint p = Marshal.AllocCoTaskMem(8); Marshal.FreeCoTaskMem(p);")]
    [InlineData("void* p = NativeMemory.AlignedAlloc(8, 8); NativeMemory.Free({|KMEM2002:p|});", "void* p = NativeMemory.AlignedAlloc(8, 8); NativeMemory.AlignedFree(p);")]
    [InlineData("void* p = NativeMemory.Alloc(8); kfree({|KMEM2002:p|});", "void* p = NativeMemory.Alloc(8); NativeMemory.Free(p);")]
    [InlineData("void* p = kmem_cache_alloc(cache, GFP_KERNEL); kfree({|KMEM2002:p|});", "void* p = kmem_cache_alloc(cache, GFP_KERNEL); if (p != null) kmem_cache_free(cache, p);")]
    [InlineData("void* p = cache == null ? kmalloc(8, GFP_KERNEL) : vmalloc(8); kfree({|KMEM2002:p|});", "void* p = cache == null ? kmalloc(8, GFP_KERNEL) : vmalloc(8); kvfree(p);")]
    public Task The_release_becomes_the_memorys_own(string before, string after) =>
        FixTest.VerifyAsync<MismatchedReleaseCodeFixProvider>(Method(before), Method(after));

    [Fact]
    public Task All_in_a_document_at_once() => FixTest.VerifyAsync<MismatchedReleaseCodeFixProvider>(
        Method("""
                void* p = vmalloc(8);
                #region release
                if (p != null)
                    kfree({|KMEM2002:p|});
                #endregion
                p = kmalloc(8, GFP_KERNEL);
                /* small */ vfree( {|KMEM2002:p|} );
        """),
        Method("""
                void* p = vmalloc(8);
                #region release
                if (p != null)
                    vfree(p);
                #endregion
                p = kmalloc(8, GFP_KERNEL);
                /* small */ kfree(p);
        """));

    [Fact]
    public Task Not_where_no_one_release_takes_what_may_be_there()
    {
        var code = Method("void* p = cache == null ? kmalloc(8, GFP_KERNEL) : NativeMemory.Alloc(8); kfree({|KMEM2002:p|});");
        return FixTest.VerifyAsync<MismatchedReleaseCodeFixProvider>(code, code);
    }

    private static string Method(string body) => $$"""
        using System.Runtime.InteropServices;
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class C
        {
            static void M(kmem_cache cache)
            {
                {{body}}
            }
        }
        """;
}
