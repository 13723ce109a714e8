using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>Memory that would be lost goes with what is kept in it, and once.</summary>
public class LossFixTests
{
    [Fact]
    public Task No_pointer_is_written_where_none_may_stand()
    {
        const string Code = """
            using Kmem;
            using static Kmem.Kernel;

            class Safe
            {
                static unsafe nint Get() => (nint)kmalloc(8, gfp_t.GFP_KERNEL);

                static int Use(int n)
                {
                    nint p = Get();
                    if (n > 3)
                        {|KMEM2005:return|} n;
                    unsafe { kfree((void*)p); }
                    return 0;
                }
            }
            """;
        return FixTest.VerifyAsync<LeakedCodeFixProvider>(Code, Code);
    }

    [Fact]
    public Task What_is_kept_inside_goes_first_on_one_line() => Verify<LeakedCodeFixProvider>("""
        int A(bool x)
        {
            Dev* d = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (d == null) return -ENOMEM;
            d->buf = (byte*)kmalloc(8, GFP_KERNEL);
            if (d->buf == null) {|KMEM2005:return|} -ENOMEM;
            if (x) { {|KMEM2005:{|KMEM2005:return|}|} -EINVAL; }
            kfree(d->buf);
            kfree(d);
            return 0;
        }
        """, """
        int A(bool x)
        {
            Dev* d = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (d == null) return -ENOMEM;
            d->buf = (byte*)kmalloc(8, GFP_KERNEL);
            if (d->buf == null)
            {
                kfree(d);
                return -ENOMEM;
            }
            if (x) { kfree(d->buf); kfree(d); return -EINVAL; }
            kfree(d->buf);
            kfree(d);
            return 0;
        }
        """);

    [Fact]
    public Task What_is_kept_inside_goes_first() => Verify<LeakedCodeFixProvider>("""
        int A(bool x)
        {
            Dev* d = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (d == null) return -ENOMEM;
            d->buf = (byte*)kmalloc(8, GFP_KERNEL);
            if (d->buf == null)
                {|KMEM2005:return|} -ENOMEM;
            d->tx = (byte*)kmalloc(8, GFP_KERNEL);
            if (x)
                {|KMEM2005:{|KMEM2005:{|KMEM2005:return|}|}|} -EINVAL;
            kfree(d->tx);
            kfree(d->buf);
            kfree(d);
            return 0;
        }
        """, """
        int A(bool x)
        {
            Dev* d = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (d == null) return -ENOMEM;
            d->buf = (byte*)kmalloc(8, GFP_KERNEL);
            if (d->buf == null)
            {
                kfree(d);
                return -ENOMEM;
            }
            d->tx = (byte*)kmalloc(8, GFP_KERNEL);
            if (x)
            {
                kfree(d->tx);
                kfree(d->buf);
                kfree(d);
                return -EINVAL;
            }
            kfree(d->tx);
            kfree(d->buf);
            kfree(d);
            return 0;
        }
        """);

    [Fact]
    public Task What_is_kept_inside_goes_first_at_the_end() => Verify<LeakedCodeFixProvider>("""
        void A()
        {
            Dev* d = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (d == null) return;
            d->buf = (byte*)kmalloc(8, GFP_KERNEL);
            d->n = 1;
        {|KMEM2005:{|KMEM2005:}|}|}
        """, """
        void A()
        {
            Dev* d = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL);
            if (d == null) return;
            d->buf = (byte*)kmalloc(8, GFP_KERNEL);
            d->n = 1;
            kfree(d->buf);
            kfree(d);
        }
        """);

    [Fact]
    public Task The_old_memory_in_front_of_a_return_without_braces() => Verify<LostByResizeCodeFixProvider>("""
        int Grow(Dev* dev, nuint n)
        {
            byte* p = (byte*)kmalloc(n, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            {|KMEM2009:p = (byte*)krealloc(p, n * 2, GFP_KERNEL)|};
            if (p == null)
                return -ENOMEM;
            dev->buf = p;
            return 0;
        }
        """, """
        int Grow(Dev* dev, nuint n)
        {
            byte* p = (byte*)kmalloc(n, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            byte* resized = (byte*)krealloc(p, n * 2, GFP_KERNEL);
            if (resized == null)
            {
                kfree(p);
                return -ENOMEM;
            }
            p = resized;
            dev->buf = p;
            return 0;
        }
        """);

    [Fact]
    public Task The_old_memory_in_front_of_a_return_in_the_line_of_its_check() => Verify<LostByResizeCodeFixProvider>("""
        byte* Read(int n)
        {
            nuint size = 16;
            byte* p = (byte*)kmalloc(size, GFP_KERNEL);
            if (p == null)
                return null;
            for (int i = 0; i < n; i++)
            {
                size *= 2;
                {|KMEM2009:p = (byte*)krealloc(p, size, GFP_KERNEL)|};
                if (p == null) return null;
                p[i] = 1;
            }
            return p;
        }
        """, """
        byte* Read(int n)
        {
            nuint size = 16;
            byte* p = (byte*)kmalloc(size, GFP_KERNEL);
            if (p == null)
                return null;
            for (int i = 0; i < n; i++)
            {
                size *= 2;
                byte* resized = (byte*)krealloc(p, size, GFP_KERNEL);
                if (resized == null)
                {
                    kfree(p);
                    return null;
                }
                p = resized;
                p[i] = 1;
            }
            return p;
        }
        """);

    [Fact]
    public Task The_old_memory_is_left_to_the_label() => Verify<LostByResizeCodeFixProvider>("""
        int Grow(Dev* dev, nuint n)
        {
            int ret = 0;
            byte* p = (byte*)kmalloc(n, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            {|KMEM2009:p = (byte*)krealloc(p, n * 2, GFP_KERNEL)|};
            if (p == null)
            {
                ret = -ENOMEM;
                goto done;
            }
            dev->n = p[0];
        done:
            kfree(p);
            return ret;
        }
        """, """
        int Grow(Dev* dev, nuint n)
        {
            int ret = 0;
            byte* p = (byte*)kmalloc(n, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            byte* resized = (byte*)krealloc(p, n * 2, GFP_KERNEL);
            if (resized == null)
            {
                ret = -ENOMEM;
                goto done;
            }
            p = resized;
            dev->n = p[0];
        done:
            kfree(p);
            return ret;
        }
        """);

    [Fact]
    public Task What_is_handed_on_later_where_nothing_is_checked() => Verify<LostByResizeCodeFixProvider>("""
        int Grow(Dev* dev, nuint n)
        {
            byte* p = (byte*)kmalloc(n, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            {|KMEM2009:p = (byte*)krealloc(p, n * 2, GFP_KERNEL)|};
            dev->buf = p;
            return 0;
        }
        """, """
        int Grow(Dev* dev, nuint n)
        {
            byte* p = (byte*)kmalloc(n, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            byte* resized = (byte*)krealloc(p, n * 2, GFP_KERNEL);
            if (resized == null)
            {
                kfree(p);
                return -ENOMEM;
            }
            p = resized;
            dev->buf = p;
            return 0;
        }
        """);

    [Fact]
    public Task What_else_is_held_where_nothing_is_checked() => Verify<LostByResizeCodeFixProvider>("""
        int Grow(Dev* dev, nuint n)
        {
            byte* t = (byte*)kmalloc(8, GFP_KERNEL);
            if (t == null)
                return -ENOMEM;
            spin_lock(ref dev->lk);
            {|KMEM2009:dev->buf = (byte*)krealloc(dev->buf, n * 2, GFP_ATOMIC)|};
            dev->tx = t;
            spin_unlock(ref dev->lk);
            return 0;
        }
        """, """
        int Grow(Dev* dev, nuint n)
        {
            byte* t = (byte*)kmalloc(8, GFP_KERNEL);
            if (t == null)
                return -ENOMEM;
            spin_lock(ref dev->lk);
            byte* resized = (byte*)krealloc(dev->buf, n * 2, GFP_ATOMIC);
            if (resized == null)
            {
                spin_unlock(ref dev->lk);
                kfree(t);
                return -ENOMEM;
            }
            dev->buf = resized;
            dev->tx = t;
            spin_unlock(ref dev->lk);
            return 0;
        }
        """);

    [Fact]
    public Task A_failed_allocation_is_compared_with_what_it_gave() => Verify<LeakedCodeFixProvider>("""
        [DllImport("c")] [return: Allocates("map", FailureValue = -1)] static extern void* map();
        [DllImport("c")] static extern void unmap([Frees("map")] void* p);
        [DllImport("c")] [return: Allocates("handle")] static extern nint open();
        [DllImport("c")] static extern void close([Frees("handle"), DisallowNull] nint h);
        static void A(bool x)
        {
            byte* p = (byte*)map();
            nint h = open();
            if (x)
                {|KMEM2005:{|KMEM2005:return|}|};
            if (p != (void*)-1)
                unmap(p);
            if (h != 0)
                close(h);
        }
        """, """
        [DllImport("c")] [return: Allocates("map", FailureValue = -1)] static extern void* map();
        [DllImport("c")] static extern void unmap([Frees("map")] void* p);
        [DllImport("c")] [return: Allocates("handle")] static extern nint open();
        [DllImport("c")] static extern void close([Frees("handle"), DisallowNull] nint h);
        static void A(bool x)
        {
            byte* p = (byte*)map();
            nint h = open();
            if (x)
            {
                if (p != (byte*)(-1)) unmap(p);
                if (h != 0) close(h);
                return;
            }
            if (p != (void*)-1)
                unmap(p);
            if (h != 0)
                close(h);
        }
        """);

    [Theory]
    [InlineData("while (true) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; p[0] = 1; if (p[1] == n) break; kfree(p); } {|KMEM2005:}|}")]
    [InlineData("Dev* d = (Dev*)kzalloc((nuint)sizeof(Dev), GFP_KERNEL); if (d == null) return; d->buf = (byte*)kmalloc(8, GFP_KERNEL); if (d->buf == null) { kfree(d); return; } kfree(d); {|KMEM2005:return|}; }")]
    [InlineData("byte* p = null; for (int i = 0; i < n; i++) { {|KMEM2005:p = (byte*)kmalloc(8, GFP_KERNEL)|}; if (p == null) return; p[0] = 1; if (i == 3) continue; kfree(p); } {|KMEM2005:}|}")]
    public Task Not_where_it_would_come_too_late_or_a_second_time(string statements)
    {
        var members = "static void A(int n)\n{\n" + statements;
        return Verify<LeakedCodeFixProvider>(members, members);
    }

    private static Task Verify<TFix>(string members, string mended)
        where TFix : CodeFixProvider, new() => FixTest.VerifyCompleteAsync<TFix>(Driver(members), Driver(mended));

    private static string Driver(string members) => $$"""
        #nullable enable
        using System.Diagnostics.CodeAnalysis;
        using System.Runtime.InteropServices;
        using Kmem;
        using Kmem.Annotations;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe struct Dev { public byte* buf; public byte* tx; public spinlock_t lk; public int n; }

        unsafe class C
        {
        {{members}}
        }
        """;
}
