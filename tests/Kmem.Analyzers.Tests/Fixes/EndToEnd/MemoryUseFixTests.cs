using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>KMEM4004, 4006, 4008 and 4009.</summary>
public class MemoryUseFixTests
{
    [Fact]
    public Task A_clear_goes_into_the_allocation() => FixTest.VerifyAsync<ClearedAllocationCodeFixProvider>(
        Method("""
                byte* p = (byte*){|KMEM4004:kmalloc(n, GFP_KERNEL)|}; // all
                if (p == null)
                    return;

                // no old data
                memset(p, 0, n);
                p[0] = 1;
                kfree(p);
        """),
        Method("""
                byte* p = (byte*)kzalloc(n, GFP_KERNEL); // all
                if (p == null)
                    return;

                p[0] = 1;
                kfree(p);
        """));

    [Theory]
    [InlineData("void* p = {|KMEM4004:NativeMemory.Alloc(n)|}; NativeMemory.Clear(p, n); NativeMemory.Free(p);", "void* p = NativeMemory.AllocZeroed(n); NativeMemory.Free(p);")]
    [InlineData("void* p = {|KMEM4004:vmalloc(n)|}; if (p != null) memset(p, 0, n); vfree(p);", "void* p = vzalloc(n); vfree(p);")]
    [InlineData("void* p = {|KMEM4004:vmalloc(n)|}; if (p is not null) { memset(p, 0, n); } vfree(p);", "void* p = vzalloc(n); vfree(p);")]
    [InlineData("void* p = {|KMEM4004:vmalloc(n)|}, q = null; if (p == null) return; memset(p, 0, n); vfree(p);", "void* p = vzalloc(n), q = null; if (p == null) return; vfree(p);")]
    public Task In_every_family(string before, string after) => FixTest.VerifyAsync<ClearedAllocationCodeFixProvider>(Method(before), Method(after));

    [Fact]
    public Task What_is_disclosed_is_zeroed_first() => FixTest.VerifyAsync<DisclosedMemoryCodeFixProvider>(
        Method("byte* p = (byte*)kmalloc(n, GFP_KERNEL); if (p == null) return; copy_to_user(user, {|KMEM4008:p|}, n); kfree(p);"),
        Method("byte* p = (byte*)kzalloc(n, GFP_KERNEL); if (p == null) return; copy_to_user(user, p, n); kfree(p);"));

    [Fact]
    public Task A_copy_goes_into_the_allocation() => FixTest.VerifyAsync<CopiedAllocationCodeFixProvider>(
        Method("""
                void* p = {|KMEM4009:kmalloc(n, GFP_KERNEL)|};
                if (p == null)
                    return;
                memcpy(p, user, n); // as it is
                kfree(p);
        """),
        Method("""
                void* p = kmemdup(user, n, GFP_KERNEL);
                if (p == null)
                    return;
                kfree(p);
        """));

    [Fact]
    public Task A_copy_keeps_flags_that_are_not_known() => FixTest.VerifyAsync<CopiedAllocationCodeFixProvider>(
        Method("gfp_t flags = (gfp_t)n; void* p = {|KMEM4009:kmalloc(n, flags)|}; if (p == null) return; memcpy(p, user, n); kfree(p);"),
        Method("gfp_t flags = (gfp_t)n; void* p = kmemdup(user, n, flags); if (p == null) return; kfree(p);"));

    [Theory]
    [InlineData("static void* Old(nuint size) => kmalloc(size, GFP_KERNEL); void* p = Old(n); if (p == null) return; copy_to_user(user, {|KMEM4008:p|}, n); kfree(p);")]
    public Task Memory_of_a_helper_is_not_zeroed_by_its_caller(string body) => FixTest.VerifyAsync<DisclosedMemoryCodeFixProvider>(Method(body), Method(body));

    [Fact]
    public Task A_high_page_is_mapped() => FixTest.VerifyAsync<AddressOfHighPageCodeFixProvider>(
        Method("""
                page* page = alloc_page(GFP_HIGHUSER);
                if (page == null)
                    return;
                void* p = page_address({|KMEM4006:page|});
                if (p != null)
                    memset(p, 0, 4096);
                __free_page(page);
        """),
        Method("""
                page* page = alloc_page(GFP_HIGHUSER);
                if (page == null)
                    return;
                void* p = kmap(page);
                if (p != null)
                    memset(p, 0, 4096);
                kunmap(page);
                __free_page(page);
        """));

    [Fact]
    public Task All_in_a_document_at_once() => FixTest.VerifyAsync<ClearedAllocationCodeFixProvider>(
        Method("void* p = {|KMEM4004:NativeMemory.Alloc(n)|}; NativeMemory.Clear(p, n); void* q = {|KMEM4004:NativeMemory.Alloc(8)|}; NativeMemory.Clear(q, 8); NativeMemory.Free(q); NativeMemory.Free(p);"),
        Method("void* p = NativeMemory.AllocZeroed(n); void* q = NativeMemory.AllocZeroed(8); NativeMemory.Free(q); NativeMemory.Free(p);"));

    private static string Method(string body) => $$"""
        using System.Runtime.InteropServices;
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class C
        {
            static void M(nuint n, void* user)
            {
        {{body}}
            }
        }
        """;
}
