using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

public class MissingNullCheckFixTests
{
    [Fact]
    public Task A_check_with_the_methods_own_exit() => FixTest.VerifyAsync<MissingNullCheckCodeFixProvider>(
        Method("""
                int* p = (int*)kmalloc(8, GFP_KERNEL); // the number
                *{|KMEM2001:p|} = 1;
                kfree(p);
                return 0;
        """),
        Method("""
                int* p = (int*)kmalloc(8, GFP_KERNEL); // the number
                if (p == null)
                    return -ENOMEM;
                *p = 1;
                kfree(p);
                return 0;
        """));

    [Fact]
    public Task Several_under_a_lock_with_what_is_there_given_back() => FixTest.VerifyAsync<MissingNullCheckCodeFixProvider>(
        Method("""
                int* p = (int*)kmalloc(8, GFP_KERNEL);
                *{|KMEM2001:p|} = 1;
                spin_lock(ref lk);
                int* q = (int*)kmalloc(8, GFP_ATOMIC);
                *{|KMEM2001:q|} = *p;
                spin_unlock(ref lk);
                kfree(q);
                kfree(p);
                return 0;
        """),
        Method("""
                int* p = (int*)kmalloc(8, GFP_KERNEL);
                if (p == null)
                    return -ENOMEM;
                *p = 1;
                spin_lock(ref lk);
                int* q = (int*)kmalloc(8, GFP_ATOMIC);
                if (q == null)
                {
                    spin_unlock(ref lk);
                    kfree(p);
                    return -ENOMEM;
                }
                *q = *p;
                spin_unlock(ref lk);
                kfree(q);
                kfree(p);
                return 0;
        """));

    [Fact]
    public Task To_a_cleanup_label() => FixTest.VerifyAsync<MissingNullCheckCodeFixProvider>(
        Method("""
                int* q;
                int* p = (int*)vmalloc(8);
                if (p == null)
                    return -ENOMEM;
                q = (int*)kmalloc(8, GFP_KERNEL);
                *{|KMEM2001:q|} = *p = 1;
                if (*q == 2)
                    goto free_both;
                return 0;

            free_both:
                kfree(q);
            free_p:
                vfree(p);
                return -ENOMEM;
        """),
        Method("""
                int* q;
                int* p = (int*)vmalloc(8);
                if (p == null)
                    return -ENOMEM;
                q = (int*)kmalloc(8, GFP_KERNEL);
                if (q == null)
                    goto free_p;
                *q = *p = 1;
                if (*q == 2)
                    goto free_both;
                return 0;

            free_both:
                kfree(q);
            free_p:
                vfree(p);
                return -ENOMEM;
        """));

    [Fact]
    public Task One_check_for_uses_on_two_paths() => FixTest.VerifyAsync<MissingNullCheckCodeFixProvider>(
        Method("""
                int* p = (int*)kmalloc(8, GFP_KERNEL);
                if (dev != null)
                    *{|KMEM2001:p|} = 1;
                else
                    *{|KMEM2001:p|} = 2;
                kfree(p);
                return 0;
        """),
        Method("""
                int* p = (int*)kmalloc(8, GFP_KERNEL);
                if (p == null)
                    return -ENOMEM;
                if (dev != null)
                    *p = 1;
                else
                    *p = 2;
                kfree(p);
                return 0;
        """));

    [Fact]
    public Task Fields_and_other_failures() => FixTest.VerifyAsync<MissingNullCheckCodeFixProvider>(
        Method("""
                dev->buf = (byte*)kmalloc(8, GFP_KERNEL);
                {|KMEM2001:dev->buf|}[0] = 1;
                nuint page = __get_free_page(GFP_KERNEL);
                *(byte*){|KMEM2001:page|} = 1;
                return 0;
        """),
        Method("""
                dev->buf = (byte*)kmalloc(8, GFP_KERNEL);
                if (dev->buf == null)
                    return -ENOMEM;
                dev->buf[0] = 1;
                nuint page = __get_free_page(GFP_KERNEL);
                if (page == 0)
                    return -ENOMEM;
                *(byte*)page = 1;
                return 0;
        """));

    [Fact]
    public Task Where_a_helper_allocates_the_check_is_the_callers() => FixTest.VerifyAsync<MissingNullCheckCodeFixProvider>(
        Method("""
                int* p = Make();
                *{|KMEM2001:p|} = 1;
                kfree(p);
                return 0;
            }

            static int* Make()
            {
                int* p = (int*)kmalloc(8, GFP_KERNEL);
                return p;
        """),
        Method("""
                int* p = Make();
                if (p == null)
                    return -ENOMEM;
                *p = 1;
                kfree(p);
                return 0;
            }

            static int* Make()
            {
                int* p = (int*)kmalloc(8, GFP_KERNEL);
                return p;
        """));

    [Fact]
    public Task No_fix_where_nothing_holds_the_memory()
    {
        var code = Method("        *{|KMEM2001:(int*)kmalloc(8, GFP_KERNEL)|} = 1; return 0;").Replace("*{|KMEM2001:(int*)kmalloc(8, GFP_KERNEL)|}", "*(int*){|KMEM2001:kmalloc(8, GFP_KERNEL)|}");
        return FixTest.VerifyAsync<MissingNullCheckCodeFixProvider>(code, code);
    }

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe struct Dev { public byte* buf; }

        unsafe class C
        {
            static spinlock_t lk;

            static int M(Dev* dev)
            {
        {{body}}
            }
        }
        """;
}
