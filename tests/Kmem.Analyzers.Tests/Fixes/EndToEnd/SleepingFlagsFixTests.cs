using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

public class SleepingFlagsFixTests
{
    [Theory]
    [InlineData("GFP_KERNEL", "GFP_ATOMIC")]
    [InlineData("gfp_t.GFP_KERNEL", "gfp_t.GFP_ATOMIC")]
    [InlineData("GFP_DMA | GFP_KERNEL", "GFP_DMA | GFP_ATOMIC")]
    [InlineData("GFP_KERNEL | __GFP_ZERO", "GFP_ATOMIC | __GFP_ZERO")]
    [InlineData("__GFP_WAIT | __GFP_IO | __GFP_FS", "GFP_ATOMIC")]
    [InlineData("GFP_NOFS", "GFP_ATOMIC")]
    [InlineData("GFP_HIGHUSER", "GFP_ATOMIC | __GFP_HIGHMEM")]
    [InlineData("Own", "GFP_ATOMIC")]
    [InlineData("Own | __GFP_ZERO", "GFP_ATOMIC | __GFP_ZERO")]
    [InlineData("n > 8 ? GFP_KERNEL : GFP_USER", "n > 8 ? GFP_ATOMIC : GFP_ATOMIC")]
    public Task Flags_become_atomic(string before, string after)
    {
        static string Code(string flags) => Method($$"""
                    spin_lock(ref lk);
                    page* p = alloc_pages({{flags}}, 0);
                    spin_unlock(ref lk);
                    if (p == null)
                        return -ENOMEM;
                    __free_pages(p, 0);
                    return 0;
            """);
        return FixTest.VerifyAsync<SleepingFlagsCodeFixProvider>(Code("{|KMEM1001:" + before + "|}"), Code(after));
    }

    [Fact]
    public Task All_in_a_document_at_once_in_handlers_and_locked_code()
    {
        static string Code(string first, string second, string third) => Method($$"""
                    spin_lock(ref lk);
                    void* p = kmalloc(n, {{first}}), q = kzalloc(n, /* user's */ {{second}});
                    spin_unlock(ref lk);
                    kfree(p);
                    kfree(q);
                    return 0;
                }

                [Kmem.Annotations.AtomicContext]
                static void Handle()
                {
                    // what came
                    kfree(kmalloc(8,
            #region flags
                        {{third}}));
            #endregion
            """);
        return FixTest.VerifyAsync<SleepingFlagsCodeFixProvider>(
            Code("{|KMEM1001:GFP_KERNEL|}", "{|KMEM1001:gfp_t.GFP_USER|}", "{|KMEM1001:GFP_NOIO|}"),
            Code("GFP_ATOMIC", "gfp_t.GFP_ATOMIC", "GFP_ATOMIC"));
    }

    [Fact]
    public Task Flags_that_a_helper_passes_on()
    {
        static string Code(string flags) => Method($$"""
                    spin_lock(ref lk);
                    Fill(n, {{flags}});
                    spin_unlock(ref lk);
                    return 0;
                }

                static void Fill(nuint n, gfp_t flags = GFP_KERNEL)
                {
                    kfree(kmalloc(n, flags));
            """);
        return FixTest.VerifyAsync<SleepingFlagsCodeFixProvider>(Code("{|KMEM1001:GFP_KERNEL|}"), Code("GFP_ATOMIC"));
    }

    [Fact]
    public Task Second_not_under_another_lock()
    {
        var code = Method("""
                    spin_lock(ref lk);
                    spin_lock(ref inner);
                    void* p = kmalloc(n, {|KMEM1001:GFP_KERNEL|});
                    spin_unlock(ref inner);
                    spin_unlock(ref lk);
                    kfree(p);
                    return 0;
            """);
        return FixTest.VerifyAsync<SleepingFlagsCodeFixProvider>(code, code, action: 1);
    }

    [Fact]
    public Task Second_the_allocation_goes_in_front_with_its_check() => FixTest.VerifyAsync<SleepingFlagsCodeFixProvider>(
        Method("""
                spin_lock_irqsave(ref lk, out nuint flags);
                count++;
                byte* p = (byte*)kmalloc(n, {|KMEM1001:GFP_KERNEL|});
                if (p == null)
                {
                    spin_unlock_irqrestore(ref lk, flags);
                    return -ENOMEM;
                }

                p[0] = 1;
                spin_unlock_irqrestore(ref lk, flags);
                kfree(p);
                return 0;
        """),
        Method("""
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                {
                    return -ENOMEM;
                }
                spin_lock_irqsave(ref lk, out nuint flags);
                count++;

                p[0] = 1;
                spin_unlock_irqrestore(ref lk, flags);
                kfree(p);
                return 0;
        """),
        action: 1);

    [Fact]
    public Task Second_all_at_once() => FixTest.VerifyAsync<SleepingFlagsCodeFixProvider>(
        Method("""
                spin_lock(ref lk);
                void* p = kmalloc(n, {|KMEM1001:GFP_KERNEL|});
                void* q = kmalloc(n, {|KMEM1001:GFP_KERNEL|}); // second
                spin_unlock(ref lk);
                kfree(q);
                kfree(p);
                return 0;
        """),
        Method("""
                void* p = kmalloc(n, GFP_KERNEL);
                void* q = kmalloc(n, GFP_KERNEL); // second
                spin_lock(ref lk);
                spin_unlock(ref lk);
                kfree(q);
                kfree(p);
                return 0;
        """),
        action: 1);

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class C
        {
            const gfp_t Own = GFP_KERNEL;
            static spinlock_t lk, inner;
            static int count;

            static int M(nuint n)
            {
        {{body}}
            }
        }
        """;
}
