using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes;

public class ReleaseWithOwnFamilyTests
{
    [Theory]
    [InlineData("kfree({|0:p|});", "vfree({0})", "vfree(p);")]
    [InlineData("Kernel.kfree({|0:p|});", "vfree({0})", "Kernel.vfree(p);")]
    [InlineData("Kmem.Kernel.kfree( {|0:p|} ); // done", "vfree({0})", "Kmem.Kernel.vfree(p); // done")]
    [InlineData("K.kfree({|0:p + 1|});", "vfree({0})", "K.vfree(p + 1);")]
    [InlineData("kfree(p: {|0:p|});", "kmem_cache_free(cache, {0})", "kmem_cache_free(cache, p);")]
    [InlineData("kmem_cache_free(cache, {|0:p|});", "kfree({0})", "kfree(p);")]
    [InlineData("kmem_cache_free(objp: {|0:p|}, cachep: cache);", "kfree({0})", "kfree(p);")]
    [InlineData("kfree({|0:(void*)address|});", "free_page({0})", "free_page((nuint)(void*)address);")]
    [InlineData("if (n > 1) kfree({|0:p|}); else vfree(p);", "vfree({0})", "if (n > 1) vfree(p); else vfree(p);")]
    public async Task The_release_becomes_the_memorys_own(string before, string release, string after) =>
        await Case(before, release).FixesToAsync(Method(after));

    [Theory]
    [InlineData("free_page({|0:address|});", "kfree({0})", "void*", "kfree((void*)address);")]
    [InlineData("free_page({|0:address + 4|});", "kfree({0})", "void*", "kfree((void*)(address + 4));")]
    [InlineData("kfree({|0:p|});", "free_page({0})", "nuint", "free_page((nuint)p);")]
    [InlineData("kfree({|0:p|});", "free_page({0})", "System.UIntPtr", "free_page((nuint)p);")]
    public async Task The_memory_is_cast_to_what_the_release_takes(string before, string release, string type, string after) =>
        await new FixCase<MismatchedReleaseCodeFixProvider>(Method(before))
            .Report("0", (DiagnosticProperties.Release, release), (DiagnosticProperties.ReleaseType, "Kmem.Kernel"), (DiagnosticProperties.ReleaseParameterType, type))
            .FixesToAsync(Method(after));

    [Theory]
    [InlineData("using System.Runtime.InteropServices;", "Marshal.FreeCoTaskMem")]
    [InlineData("using static System.Runtime.InteropServices.Marshal;", "FreeCoTaskMem")]
    [InlineData("using Mem = System.Runtime.InteropServices.Marshal;", "Mem.FreeCoTaskMem")]
    [InlineData("", "System.Runtime.InteropServices.Marshal.FreeCoTaskMem")]
    public async Task A_type_not_named_yet_is_spelled_as_the_document_can(string usings, string callee)
    {
        string Code(string call) => $$"""
            {{usings}}
            unsafe class C
            {
                void M(void* p) => {{call}};
            }
            """;
        await new FixCase<MismatchedReleaseCodeFixProvider>(Code("System.Runtime.InteropServices.NativeMemory.Free({|0:p|})"))
            .Report("0",
                (DiagnosticProperties.Release, "FreeCoTaskMem({0})"),
                (DiagnosticProperties.ReleaseType, "System.Runtime.InteropServices.Marshal"),
                (DiagnosticProperties.ReleaseParameterType, "System.IntPtr"))
            .FixesToAsync(Code(callee + "((nint)p)"));
    }

    [Fact]
    public async Task Without_unsafe_code_too() => await new FixCase<MismatchedReleaseCodeFixProvider>("""
        using System.Runtime.InteropServices;
        class C
        {
            void M(nint p) => Marshal.FreeHGlobal({|0:p|});
        }
        """)
        .Report("0", (DiagnosticProperties.Release, "FreeCoTaskMem({0})"), (DiagnosticProperties.ReleaseType, "System.Runtime.InteropServices.Marshal"))
        .FixesToAsync("""
        using System.Runtime.InteropServices;
        class C
        {
            void M(nint p) => Marshal.FreeCoTaskMem(p);
        }
        """);

    [Fact]
    public async Task All_in_a_document_are_fixed_at_once() => await new FixCase<MismatchedReleaseCodeFixProvider>(Method("""
        kfree({|a:p|});
        #if !DEBUG
                vfree({|b:(void*)address|}); // page
        #endif
        """))
        .Report("b", (DiagnosticProperties.Release, "free_page({0})"), (DiagnosticProperties.ReleaseParameterType, "nuint"))
        .Report("a", (DiagnosticProperties.Release, "vfree({0})"))
        .FixesToAsync(Method("""
        vfree(p);
        #if !DEBUG
                free_page((nuint)(void*)address); // page
        #endif
        """));

    [Theory]
    [InlineData("kfree({|0:p|});", "kmem_cache_free(elsewhere, {0})")] // not known here
    [InlineData("kfree({|0:p|});", "no_such({0})")]
    [InlineData("kfree({|0:p|});", "kmem_cache_free(")]
    [InlineData("kfree({|0:p|});", "vfree()")]
    [InlineData("int r = kmem_cache_destroy({|0:cache|});", "kfree({0})")] // the result is used
    [InlineData("kmem_cache_free(/* pool */ cache, {|0:p|});", "kfree({0})")] // the comment would go
    [InlineData("var f = {|0:p|};", "kfree({0})")]
    [InlineData("System.Func<int> f = () => kmem_cache_destroy({|0:cache|});", "printk(({0}).ToString())")] // another result
    public async Task Nothing_is_offered_where_it_could_not_be_right(string body, string release) =>
        await Case(body, release).OffersNothingAsync();

    [Fact]
    public async Task Nothing_is_offered_where_no_release_is_known() =>
        await new FixCase<MismatchedReleaseCodeFixProvider>(Method("kfree({|0:p|});")).Report("0").OffersNothingAsync();

    private static FixCase<MismatchedReleaseCodeFixProvider> Case(string body, string release) =>
        new FixCase<MismatchedReleaseCodeFixProvider>(Method(body)).Report("0",
            (DiagnosticProperties.Release, release),
            (DiagnosticProperties.ReleaseType, "Kmem.Kernel"),
            (DiagnosticProperties.ReleaseParameterType, release.StartsWith("free_page", StringComparison.Ordinal) ? "nuint" : "void*"));

    private static string Method(string body) => $$"""
        using Kmem;
        using K = Kmem.Kernel;
        using static Kmem.Kernel;
        unsafe class C
        {
            void M(byte* p, nuint n, nuint address, kmem_cache cache)
            {
                {{body}}
            }
        }
        """;
}
