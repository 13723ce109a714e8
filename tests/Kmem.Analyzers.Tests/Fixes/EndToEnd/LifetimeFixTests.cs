using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>The fixes of KMEM2003, 2005, 2007 to 2009 and 2011.</summary>
public class LifetimeFixTests
{
    [Theory]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p); kfree({|KMEM2003:p|});", "void* p = kmalloc(8, GFP_KERNEL); kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p); if (n > 3) kfree({|KMEM2003:p|});", "void* p = kmalloc(8, GFP_KERNEL); kfree(p); if (n > 3) { }")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.FreeHGlobal({|KMEM2003:p|}); // again", "nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); // again")]
    public Task A_second_release_goes(string before, string after) =>
        FixTest.VerifyAsync<ReleasedTwiceCodeFixProvider>(Method(before), Method(after));

    [Fact]
    public Task Second_releases_go_with_their_lines() => FixTest.VerifyAsync<ReleasedTwiceCodeFixProvider>(
        Method("""
            void* p = kmalloc(8, GFP_KERNEL);
                    void* q = vmalloc(8);
                    kfree(p);
                    vfree(q);
                    // to be sure
                    kfree({|KMEM2003:p|});
                    vfree({|KMEM2003:q|});
                    n++;
            """),
        Method("""
            void* p = kmalloc(8, GFP_KERNEL);
                    void* q = vmalloc(8);
                    kfree(p);
                    vfree(q);
                    n++;
            """));

    [Fact]
    public Task A_release_that_other_paths_need_stays()
    {
        var code = Method("void* p = kmalloc(8, GFP_KERNEL); if (n > 3) kfree(p); kfree({|KMEM2003:p|});");
        return FixTest.VerifyAsync<ReleasedTwiceCodeFixProvider>(code, code);
    }

    [Theory]
    [InlineData("for (int i = 0; i < n; i++) { void* p = kmalloc(8, GFP_KERNEL); if (p == null) continue; memset(p, 1, 8); if (i > 2) continue; kfree(p); {|KMEM2005:}|}")]
    [InlineData("for (int i = 0; i < n; i++) { void* p = kmalloc(8, GFP_KERNEL); if (p == null) continue; memset(p, 1, 8); if (i > 2) continue; n--; {|KMEM2005:}|}")]
    [InlineData("for (int i = 0; i < n; i++) { void* p = kmalloc(8, GFP_KERNEL); if (p == null) break; memset(p, 1, 8); if (i > 2) kfree(p); {|KMEM2005:}|}")]
    public Task A_round_that_some_paths_leave_early_is_left_to_its_author(string statements)
    {
        var code = Method(statements);
        return FixTest.VerifyAsync<LeakedCodeFixProvider>(code, code);
    }

    [Fact]
    public Task A_round_that_forgets_its_memory_releases_it() => FixTest.VerifyAsync<LeakedCodeFixProvider>(
        Method("for (int i = 0; i < n; i++)\n        {\n            void* p = kmalloc(8, GFP_KERNEL);\n            if (p != null)\n                memset(p, 1, 8);\n        {|KMEM2005:}|}"),
        Method("for (int i = 0; i < n; i++)\n        {\n            void* p = kmalloc(8, GFP_KERNEL);\n            if (p != null)\n                memset(p, 1, 8);\n            kfree(p);\n        }"));

    [Theory]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 3); free_pages(p, {|KMEM2007:2|});", "nuint p = __get_free_pages(GFP_KERNEL, 3); free_pages(p, 3);")]
    [InlineData("uint order = (uint)n; page* p = alloc_pages(GFP_KERNEL, order); if (p != null) __free_pages(p, {|KMEM2007:0|});", "uint order = (uint)n; page* p = alloc_pages(GFP_KERNEL, order); if (p != null) __free_pages(p, order);")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 3); free_page({|KMEM2007:p|});", "nuint p = __get_free_pages(GFP_KERNEL, 3); free_pages(p, 3);")]
    [InlineData("nuint p = get_zeroed_page(GFP_KERNEL); free_pages(p, /* one */ {|KMEM2007:1|});", "nuint p = get_zeroed_page(GFP_KERNEL); free_pages(p, /* one */ 0);")]
    public Task The_order_becomes_the_allocation_s(string before, string after) =>
        FixTest.VerifyAsync<ReleasedWithOtherOrderCodeFixProvider>(Method(before), Method(after));

    [Theory]
    [InlineData("void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p != null) kmem_cache_free({|KMEM2008:b|}, p);", "void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p != null) kmem_cache_free(a, p);")]
    [InlineData("void* p = kmem_cache_alloc(s_c, GFP_KERNEL); if (p != null) kmem_cache_free({|KMEM2008:b|}, p); p = kmem_cache_alloc(a, GFP_KERNEL); if (p != null) kmem_cache_free({|KMEM2008:b|}, p);", "void* p = kmem_cache_alloc(s_c, GFP_KERNEL); if (p != null) kmem_cache_free(s_c, p); p = kmem_cache_alloc(a, GFP_KERNEL); if (p != null) kmem_cache_free(a, p);")]
    public Task The_pool_becomes_the_allocation_s(string before, string after) =>
        FixTest.VerifyAsync<ReleasedToOtherPoolCodeFixProvider>(Method(before), Method(after));

    [Theory]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; if (n > 3) {|KMEM2005:return|}; kfree(p); }", "void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; if (n > 3)\n        {\n            kfree(p);\n            return;\n        } kfree(p); }")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (p != null) memset(p, 1, 8); {|KMEM2005:}|}", "void* p = kmalloc(8, GFP_KERNEL); if (p != null) memset(p, 1, 8); kfree(p); }")]
    [InlineData("void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p != null) memset(p, 0, 8); {|KMEM2005:}|}", "void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p != null) memset(p, 0, 8); if (p != null) kmem_cache_free(a, p); }")]
    [InlineData("void* p = vmalloc(8); {|KMEM2005:p = vmalloc(16)|}; vfree(p); }", "void* p = vmalloc(8); vfree(p); p = vmalloc(16); vfree(p); }")]
    [InlineData("byte* p = (byte*)Marshal.AllocHGlobal(8); *p = 1; {|KMEM2005:}|}", "byte* p = (byte*)Marshal.AllocHGlobal(8); *p = 1; Marshal.FreeHGlobal((nint)p); }")]
    [InlineData("var h = GCHandle.Alloc(a); n++; {|KMEM2005:}|}", "var h = GCHandle.Alloc(a); n++; h.Free(); }")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 2); if (p == 0) return; if (n < 0) {|KMEM2005:throw|} new System.Exception(); free_pages(p, 2); }", "nuint p = __get_free_pages(GFP_KERNEL, 2); if (p == 0) return; if (n < 0)\n        {\n            free_pages(p, 2);\n            throw new System.Exception();\n        } free_pages(p, 2); }")]
    public Task What_is_lost_is_released(string before, string after) =>
        FixTest.VerifyAsync<LeakedCodeFixProvider>(Open(before), Open(after));

    [Fact]
    public Task Every_way_out_at_once() => FixTest.VerifyAsync<LeakedCodeFixProvider>(
        Open("""
            byte* p = (byte*)kmalloc(8, GFP_KERNEL);
                    if (p == null)
                        return;
                    byte* q = (byte*)vmalloc(8);
                    if (q == null)
                        {|KMEM2005:return|};
                    if (n == 1)
                    {
                        n = 2; // once
                        {|KMEM2005:{|KMEM2005:return|}|};
                    }
                    vfree(q);
                {|KMEM2005:}|}
            """),
        Open("""
            byte* p = (byte*)kmalloc(8, GFP_KERNEL);
                    if (p == null)
                        return;
                    byte* q = (byte*)vmalloc(8);
                    if (q == null)
                    {
                        kfree(p);
                        return;
                    }
                    if (n == 1)
                    {
                        n = 2; // once
                        kfree(p);
                        vfree(q);
                        return;
                    }
                    vfree(q);
                    kfree(p);
                }
            """));

    [Theory]
    [InlineData("bool M2() { void* p = kmalloc(8, GFP_KERNEL); {|KMEM2005:return|} p != null; }")]
    [InlineData("void M2() { {|KMEM2005:kmalloc(8, GFP_KERNEL)|}; }")]
    public Task No_fix_where_the_way_out_needs_it_or_nothing_holds_it(string member)
    {
        var code = Member(member);
        return FixTest.VerifyAsync<LeakedCodeFixProvider>(code, code);
    }

    [Fact]
    public Task A_result_of_its_own_with_the_check_that_is_there() => FixTest.VerifyAsync<LostByResizeCodeFixProvider>(
        Member("""
            byte* _p;
                int Grow(nuint n)
                {
                    {|KMEM2009:_p = (byte*)krealloc(_p, n, GFP_KERNEL)|};
                    if (_p == null)
                        return -ENOMEM;
                    return 0;
                }
                void Drop() => kfree(_p);
            """),
        Member("""
            byte* _p;
                int Grow(nuint n)
                {
                    byte* resized = (byte*)krealloc(_p, n, GFP_KERNEL);
                    if (resized == null)
                        return -ENOMEM;
                    _p = resized;
                    return 0;
                }
                void Drop() => kfree(_p);
            """));

    [Fact]
    public Task A_field_grown_by_a_helper_is_overwritten_when_the_result_is_good() => FixTest.VerifyAsync<LostByResizeCodeFixProvider>(
        Member("""
            byte* _p;
                static byte* Grow(byte* old, nuint n) => (byte*)krealloc(old, n, GFP_KERNEL);
                int Test(nuint n)
                {
                    {|KMEM2009:_p = Grow(_p, n)|};
                    if (_p == null)
                        return -ENOMEM;
                    return 0;
                }
            """),
        Member("""
            byte* _p;
                static byte* Grow(byte* old, nuint n) => (byte*)krealloc(old, n, GFP_KERNEL);
                int Test(nuint n)
                {
                    byte* resized = Grow(_p, n);
                    if (resized == null)
                        return -ENOMEM;
                    _p = resized;
                    return 0;
                }
            """));

    [Fact]
    public Task A_local_is_released_where_it_cannot_grow() => FixTest.VerifyAsync<LostByResizeCodeFixProvider>(
        Member("""
            int Grow(nuint n)
                {
                    void* p = kmalloc(8, GFP_KERNEL);
                    {|KMEM2009:p = krealloc(p, n, GFP_KERNEL)|};
                    if (p == null)
                    {
                        return -ENOMEM;
                    }
                    kfree(p);
                    return 0;
                }
            """),
        Member("""
            int Grow(nuint n)
                {
                    void* p = kmalloc(8, GFP_KERNEL);
                    void* resized = krealloc(p, n, GFP_KERNEL);
                    if (resized == null)
                    {
                        kfree(p);
                        return -ENOMEM;
                    }
                    p = resized;
                    kfree(p);
                    return 0;
                }
            """));

    [Fact]
    public Task A_check_is_written_where_there_is_none() => FixTest.VerifyAsync<LostByResizeCodeFixProvider>(
        Member("""
            byte* _p;
                int Grow(nuint n)
                {
                    {|KMEM2009:_p = (byte*)krealloc(_p, n, GFP_KERNEL)|};
                    return 0;
                }
            """),
        Member("""
            byte* _p;
                int Grow(nuint n)
                {
                    byte* resized = (byte*)krealloc(_p, n, GFP_KERNEL);
                    if (resized == null)
                        return -ENOMEM;
                    _p = resized;
                    return 0;
                }
            """));

    [Theory]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); {|KMEM2011:if (p != null)|} kfree(p);", "void* p = kmalloc(8, GFP_KERNEL); kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL);\n        {|KMEM2011:if (p != null)|}\n        {\n            kfree(p);\n        }\n        void* q = vmalloc(8);\n        {|KMEM2011:if (q is not null)|}\n            vfree(q); // gone", "void* p = kmalloc(8, GFP_KERNEL);\n        kfree(p);\n        void* q = vmalloc(8);\n        vfree(q); // gone")]
    public Task A_needless_check_goes(string before, string after) =>
        FixTest.VerifyAsync<NeedlessCheckCodeFixProvider>(Method(before), Method(after));

    [Fact]
    public Task A_check_with_a_comment_stays()
    {
        var code = Method("void* p = kmalloc(8, GFP_KERNEL); {|KMEM2011:if (p != null)|} /* why */ kfree(p);");
        return FixTest.VerifyAsync<NeedlessCheckCodeFixProvider>(code, code);
    }

    private static string Method(string body) => Open(body + "\n    }");

    private static string Open(string body) => Member("void M(kmem_cache a, kmem_cache b, int n)\n    {\n        " + body);

    private static string Member(string member) => $$"""
        using System.Runtime.InteropServices;
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class C
        {
            static readonly kmem_cache s_c = null!;
            {{member}}
        }
        """;
}
