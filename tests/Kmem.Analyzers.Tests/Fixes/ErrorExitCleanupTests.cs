using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;
using static Kmem.Analyzers.Tests.Fixes.Support.MissingCheck;

namespace Kmem.Analyzers.Tests.Fixes;

/// <summary>What a method undoes on the way out: by the labels it has, by the calls it makes further down.</summary>
public class ErrorExitCleanupTests
{
    [Fact]
    public Task To_the_label_that_releases_what_is_there() => Leaves("""
                byte* r;
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -ENOMEM;
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
                r = (byte*)kmalloc(n, GFP_KERNEL);
                if (r == null)
                    goto free_p;
                return 0;

            free_p:
                kfree(p);
            free_q:
                kfree(q);
                return -ENOMEM;
        """, """
                byte* r;
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -ENOMEM;
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                    goto free_q;
                *p = 1;
                r = (byte*)kmalloc(n, GFP_KERNEL);
                if (r == null)
                    goto free_p;
                return 0;

            free_p:
                kfree(p);
            free_q:
                kfree(q);
                return -ENOMEM;
        """);

    [Fact]
    public Task To_the_label_that_the_check_in_front_jumps_to() => Leaves("""
                int ret = 0;
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                {
                    ret = -EINVAL;
                    goto exit;
                }
                other = q;
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
            exit:
                printk("done");
                return ret;
        """, """
                int ret = 0;
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                {
                    ret = -EINVAL;
                    goto exit;
                }
                other = q;
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                {
                    ret = -EINVAL;
                    goto exit;
                }
                *p = 1;
            exit:
                printk("done");
                return ret;
        """);

    [Fact]
    public Task To_a_label_in_front_of_the_unlock() => Leaves("""
                int ret = 0;
                spin_lock(ref lk);
                byte* p = (byte*){|alloc:kmalloc(n, GFP_ATOMIC)|};
                {|use:*p|} = 1;
                if (*p == 2)
                    goto unlock;
                kfree(p);
            unlock:
                spin_unlock(ref lk);
                return ret;
        """, """
                int ret = 0;
                spin_lock(ref lk);
                byte* p = (byte*)kmalloc(n, GFP_ATOMIC);
                if (p == null)
                {
                    ret = -ENOMEM;
                    goto unlock;
                }
                *p = 1;
                if (*p == 2)
                    goto unlock;
                kfree(p);
            unlock:
                spin_unlock(ref lk);
                return ret;
        """);

    [Fact]
    public Task With_the_unlock_and_the_release_further_down() => Leaves("""
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -ENOMEM;
                spin_lock_irqsave(ref lk, out nuint flags);
                if (n > 4)
                {
                    byte* p = (byte*){|alloc:kmalloc(n, GFP_ATOMIC)|};
                    {|use:*p|} = 1;
                    kfree(p);
                }
                spin_unlock_irqrestore(ref lk, flags); // leave
                kfree(q);
                return 0;
        """, """
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -ENOMEM;
                spin_lock_irqsave(ref lk, out nuint flags);
                if (n > 4)
                {
                    byte* p = (byte*)kmalloc(n, GFP_ATOMIC);
                    if (p == null)
                    {
                        spin_unlock_irqrestore(ref lk, flags);
                        kfree(q);
                        return -ENOMEM;
                    }
                    *p = 1;
                    kfree(p);
                }
                spin_unlock_irqrestore(ref lk, flags); // leave
                kfree(q);
                return 0;
        """);

    [Fact]
    public Task A_lock_taken_behind_it_or_left_before_is_not_its_affair() => Leaves("""
                spin_lock(ref lk);
                spin_unlock(ref lk);
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                spin_lock(ref lk);
                {|use:*p|} = 1;
                spin_unlock(ref lk);
                return 0;
        """, """
                spin_lock(ref lk);
                spin_unlock(ref lk);
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                    return -ENOMEM;
                spin_lock(ref lk);
                *p = 1;
                spin_unlock(ref lk);
                return 0;
        """);

    [Fact]
    public Task A_finally_unlocks_by_itself() => Leaves("""
                spin_lock(ref lk);
                try
                {
                    byte* p = (byte*){|alloc:kmalloc(n, GFP_ATOMIC)|};
                    {|use:*p|} = 1;
                }
                finally
                {
                    spin_unlock(ref lk);
                }
                return 0;
        """, """
                spin_lock(ref lk);
                try
                {
                    byte* p = (byte*)kmalloc(n, GFP_ATOMIC);
                    if (p == null)
                        return -ENOMEM;
                    *p = 1;
                }
                finally
                {
                    spin_unlock(ref lk);
                }
                return 0;
        """);

    [Fact]
    public async Task Locks_of_contract_files_count_too()
    {
        static string Code(string body) => $$"""
            using System.Runtime.InteropServices;
            unsafe class C
            {
                void M(Gate gate)
                {
            {{body}}
                }
            }

            class Gate
            {
                public void Shut() { }
                public void Open() { }
            }
            """;
        await new FixCase<MissingNullCheckCodeFixProvider>(
            Code("""
                    gate.Shut();
                    byte* p = (byte*){|alloc:NativeMemory.Alloc(8)|};
                    {|use:*p|} = 1;
                    gate.Open();
            """),
            "M:Gate.Shut : AcquiresSpinlock\nM:Gate.Open : ReleasesSpinlock\n")
            .Report("use", Decision())
            .FixesToAsync(Code("""
                    gate.Shut();
                    byte* p = (byte*)NativeMemory.Alloc(8);
                    if (p == null)
                    {
                        gate.Open();
                        return;
                    }
                    *p = 1;
                    gate.Open();
            """));
    }

    [Fact]
    public Task Without_the_check_that_a_release_further_down_does_not_need() => Leaves("""
                void* q = null;
                if (dev != null)
                    q = kmalloc(n, GFP_KERNEL);
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
                if (q != null)
                    kfree(q);
                return 0;
        """, """
                void* q = null;
                if (dev != null)
                    q = kmalloc(n, GFP_KERNEL);
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                {
                    kfree(q);
                    return -ENOMEM;
                }
                *p = 1;
                if (q != null)
                    kfree(q);
                return 0;
        """);

    [Fact]
    public Task By_a_call_further_down_whose_code_releases_what_it_is_given() => Leaves("""
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -ENOMEM;
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
                Drop(q);
                return 0;

                static void Drop(void* memory) => kfree(memory);
        """, """
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                    return -ENOMEM;
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                {
                    Drop(q);
                    return -ENOMEM;
                }
                *p = 1;
                Drop(q);
                return 0;

                static void Drop(void* memory) => kfree(memory);
        """);
}
