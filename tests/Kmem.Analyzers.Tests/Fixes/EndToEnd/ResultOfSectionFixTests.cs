using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Microsoft.CodeAnalysis.CodeFixes;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>Sections end behind the last use of what they guard, and comments stay.</summary>
public class ResultOfSectionFixTests
{
    [Fact]
    public Task What_the_lock_guards_is_read_before_it_is_dropped() => Verify<SectionLeftOpenCodeFixProvider>("""
        int A(Dev* dev, bool x)
        {
            spin_lock(ref dev->lk);
            if (x)
                {|KMEM1004:return|} dev->n; // the number
            if (dev->n == 2) {|KMEM1004:return|} Look(dev);
            if (dev->n == 3)
            {
                int result = 3;
                {|KMEM1004:return|} result;
            }
            if (dev->n == 4) { {|KMEM1004:return|} dev->buf[1]; }
            spin_unlock(ref dev->lk);
            return 0;
        }
        static int Look(Dev* d) => d->n;
        """, """
        int A(Dev* dev, bool x)
        {
            spin_lock(ref dev->lk);
            if (x)
            {
                int result2 = dev->n;
                spin_unlock(ref dev->lk);
                return result2; // the number
            }
            if (dev->n == 2)
            {
                int result3 = Look(dev);
                spin_unlock(ref dev->lk);
                return result3;
            }
            if (dev->n == 3)
            {
                int result = 3;
                spin_unlock(ref dev->lk);
                return result;
            }
            if (dev->n == 4) { int result4 = dev->buf[1]; spin_unlock(ref dev->lk); return result4; }
            spin_unlock(ref dev->lk);
            return 0;
        }
        static int Look(Dev* d) => d->n;
        """);

    [Fact]
    public Task Each_result_has_a_name_of_its_own() => Verify<SectionLeftOpenCodeFixProvider>("""
        int A(Dev* dev, bool x)
        {
            spin_lock(ref dev->lk);
            if (x)
                {|KMEM1004:return|} dev->n;
            switch (dev->n)
            {
                case 1:
                    {|KMEM1004:return|} dev->buf[1];
                case 2:
                    {|KMEM1004:return|} dev->buf[2];
                case 3:
                    spin_unlock(ref dev->lk);
                    return 3;
            }
            {|KMEM1004:return|} dev->n;
        }
        """, """
        int A(Dev* dev, bool x)
        {
            spin_lock(ref dev->lk);
            if (x)
            {
                int result = dev->n;
                spin_unlock(ref dev->lk);
                return result;
            }
            switch (dev->n)
            {
                case 1:
                    int result2 = dev->buf[1];
                    spin_unlock(ref dev->lk);
                    return result2;
                case 2:
                    int result3 = dev->buf[2];
                    spin_unlock(ref dev->lk);
                    return result3;
                case 3:
                    spin_unlock(ref dev->lk);
                    return 3;
            }
            int result4 = dev->n;
            spin_unlock(ref dev->lk);
            return result4;
        }
        """);

    [Fact]
    public Task What_is_mapped_is_read_before_the_mapping_ends() => Verify<SectionLeftOpenCodeFixProvider>("""
        int A(page* pg, int n)
        {
            byte* p = (byte*)kmap_atomic(pg, km_type.KM_USER0);
            if (n == 1) {|KMEM1004:return|} p[0];
            kunmap_atomic(p, km_type.KM_USER0);
            return 0;
        }
        """, """
        int A(page* pg, int n)
        {
            byte* p = (byte*)kmap_atomic(pg, km_type.KM_USER0);
            if (n == 1)
            {
                int result = p[0];
                kunmap_atomic(p, km_type.KM_USER0);
                return result;
            }
            kunmap_atomic(p, km_type.KM_USER0);
            return 0;
        }
        """);

    [Fact]
    public Task What_the_page_has_is_read_before_it_is_unmapped() => Verify<UnbalancedMappingCodeFixProvider>("""
        int A(page* pg, Dev* dev)
        {
            byte* p = (byte*)kmap(pg);
            if (dev->n == 1)
                {|KMEM2010:return|} p[0];
            if (dev->n == 2)
                {|KMEM2010:return|} -EINVAL;
            kunmap(pg);
            return 0;
        }
        """, """
        int A(page* pg, Dev* dev)
        {
            byte* p = (byte*)kmap(pg);
            if (dev->n == 1)
            {
                int result = p[0];
                kunmap(pg);
                return result;
            }
            if (dev->n == 2)
            {
                kunmap(pg);
                return -EINVAL;
            }
            kunmap(pg);
            return 0;
        }
        """);

    [Fact]
    public Task A_comment_behind_it_stays_where_it_was() => Verify<NeedlessLeaveCodeFixProvider>("""
        int A(Dev* dev, int n)
        {
            spin_lock(ref dev->lk);
            dev->n = n;
            spin_unlock(ref dev->lk);
            // out
            {|KMEM1005:spin_unlock(ref dev->lk)|}; // twice
            return 0;
        }
        """, """
        int A(Dev* dev, int n)
        {
            spin_lock(ref dev->lk);
            dev->n = n;
            spin_unlock(ref dev->lk);
            // out
            // twice
            return 0;
        }
        """);

    private static Task Verify<TFix>(string members, string mended)
        where TFix : CodeFixProvider, new() => FixTest.VerifyCompleteAsync<TFix>(Driver(members), Driver(mended));

    private static string Driver(string members) => $$"""
        #nullable enable
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe struct Dev { public byte* buf; public byte* tx; public spinlock_t lk; public int n; }

        unsafe class C
        {
        {{members}}
        }
        """;
}
