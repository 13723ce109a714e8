using Xunit;
using static Kmem.Analyzers.Tests.Fixes.Support.MissingCheck;

namespace Kmem.Analyzers.Tests.Fixes;

/// <summary>Ways out of loops, and labels that cannot be reached or want more than there is.</summary>
public class ErrorExitInLoopTests
{
    [Fact]
    public Task A_check_in_a_loop_goes_on_as_its_neighbour() => Leaves("""
                for (nuint i = 0; i < n; i++)
                {
                    void* q = kmalloc(n, GFP_KERNEL);
                    if (q == null)
                        continue;
                    other = q;
                    byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                    {|use:*p|} = 1;
                }
                return 0;
        """, """
                for (nuint i = 0; i < n; i++)
                {
                    void* q = kmalloc(n, GFP_KERNEL);
                    if (q == null)
                        continue;
                    other = q;
                    byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                    if (p == null)
                        continue;
                    *p = 1;
                }
                return 0;
        """);

    [Fact]
    public Task A_label_behind_a_using_declaration_cannot_be_reached() => Leaves("""
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -ENOMEM;
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
                using var held = new System.IO.MemoryStream();
                if (*p == 2)
                    goto free;
            free:
                kfree(q);
                return -1;
        """, """
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -ENOMEM;
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                {
                    kfree(q);
                    return -ENOMEM;
                }
                *p = 1;
                using var held = new System.IO.MemoryStream();
                if (*p == 2)
                    goto free;
            free:
                kfree(q);
                return -1;
        """);

    [Fact]
    public Task A_check_that_stays_in_the_loop_does_not_undo_what_is_behind_it() => Leaves("""
                spin_lock(ref lk);
                for (nuint i = 0; i < n; i++)
                {
                    void* q = kmalloc(n, GFP_ATOMIC);
                    if (q == null)
                        continue;
                    byte* p = (byte*){|alloc:kmalloc(n, GFP_ATOMIC)|};
                    {|use:*p|} = 1;
                    kfree(q);
                }
                spin_unlock(ref lk);
                return 0;
        """, """
                spin_lock(ref lk);
                for (nuint i = 0; i < n; i++)
                {
                    void* q = kmalloc(n, GFP_ATOMIC);
                    if (q == null)
                        continue;
                    byte* p = (byte*)kmalloc(n, GFP_ATOMIC);
                    if (p == null)
                    {
                        kfree(q);
                        continue;
                    }
                    *p = 1;
                    kfree(q);
                }
                spin_unlock(ref lk);
                return 0;
        """);

    [Fact]
    public Task A_label_in_the_loop_leaves_the_lock_to_the_code_behind_it() => Leaves("""
                spin_lock(ref lk);
                for (nuint i = 0; i < n; i++)
                {
                    void* q = kmalloc(n, GFP_ATOMIC);
                    if (q == null)
                        goto next;
                    byte* p = (byte*){|alloc:kmalloc(n, GFP_ATOMIC)|};
                    {|use:*p|} = 1;
                    kfree(q);
                next:
                    printk("next");
                }
                spin_unlock(ref lk);
                return 0;
        """, """
                spin_lock(ref lk);
                for (nuint i = 0; i < n; i++)
                {
                    void* q = kmalloc(n, GFP_ATOMIC);
                    if (q == null)
                        goto next;
                    byte* p = (byte*)kmalloc(n, GFP_ATOMIC);
                    if (p == null)
                    {
                        kfree(q);
                        goto next;
                    }
                    *p = 1;
                    kfree(q);
                next:
                    printk("next");
                }
                spin_unlock(ref lk);
                return 0;
        """);

    [Fact]
    public Task A_label_whose_code_wants_more_than_there_is_is_no_way_out() => Leaves("""
                void* late;
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
                late = kmalloc(n, GFP_KERNEL);
                if (late == null)
                    goto fail;
                kfree(p);
            fail:
                kfree(late);
                return -1;
        """, """
                void* late;
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                    return -ENOMEM;
                *p = 1;
                late = kmalloc(n, GFP_KERNEL);
                if (late == null)
                    goto fail;
                kfree(p);
            fail:
                kfree(late);
                return -1;
        """);
}
