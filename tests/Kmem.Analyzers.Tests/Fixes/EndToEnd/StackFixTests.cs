using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>KMEM5001.</summary>
public class StackFixTests
{
    [Fact]
    public Task A_buffer_comes_from_the_heap_and_goes_back_on_each_way_out() => FixTest.VerifyAsync<LargeFrameCodeFixProvider>(
        Class("""
            static int M(int n)
            {
                // one line
                byte* {|KMEM5001:line|} = stackalloc byte[4096]; // of text
                line[0] = 1;
                if (n > 3)
                    return -EINVAL;
                if (n > 2)
                {
                    printk("two");
                    return 2;
                }

                printk("done");
                return 0;
            }
        """),
        Class("""
            static int M(int n)
            {
                // one line
                byte* line = (byte*)kmalloc(4096, GFP_KERNEL); // of text
                if (line == null)
                    return -ENOMEM;
                line[0] = 1;
                if (n > 3)
                {
                    kfree(line);
                    return -EINVAL;
                }
                if (n > 2)
                {
                    printk("two");
                    kfree(line);
                    return 2;
                }

                printk("done");
                kfree(line);
                return 0;
            }
        """));

    [Fact]
    public Task In_atomic_code_the_flags_are_atomic() => FixTest.VerifyAsync<LargeFrameCodeFixProvider>(
        Class("""
            [Kmem.Annotations.AtomicContext]
            static void M()
            {
                long* {|KMEM5001:table|} = stackalloc long[512];
                table[0] = 1;
            }
        """),
        Class("""
            [Kmem.Annotations.AtomicContext]
            static void M()
            {
                long* table = (long*)kmalloc((nuint)(512 * sizeof(long)), GFP_ATOMIC);
                if (table == null)
                    return;
                table[0] = 1;
                kfree(table);
            }
        """));

    [Fact]
    public Task What_is_read_from_it_to_be_returned_is_read_first() => FixTest.VerifyAsync<LargeFrameCodeFixProvider>(
        Class("""
            static int M(int n)
            {
                byte* {|KMEM5001:p|} = stackalloc byte[4096];
                printk("");
                if (n < 0)
                    throw new System.ArgumentException("n");
                if (n > 3) return p[0];
                return p[1] + p[n];
            }
        """),
        Class("""
            static int M(int n)
            {
                byte* p = (byte*)kmalloc(4096, GFP_KERNEL);
                if (p == null)
                    return -ENOMEM;
                printk("");
                if (n < 0)
                {
                    kfree(p);
                    throw new System.ArgumentException("n");
                }
                if (n > 3)
                {
                    int result = p[0];
                    kfree(p);
                    return result;
                }
                int result2 = p[1] + p[n];
                kfree(p);
                return result2;
            }
        """));

    [Theory]
    [InlineData("static byte* kept; static byte* M() { byte* {|KMEM5001:p|} = stackalloc byte[4096]; printk(\"\"); return p[0] == 0 ? p : kept; }")]
    [InlineData("static void M(bool b) { byte* {|KMEM5001:p|} = stackalloc byte[4096]; printk(\"\"); try { if (b) throw new System.Exception(); } finally { p[0] = 1; } }")]
    [InlineData("static void M() { System.Span<byte> {|KMEM5001:p|} = stackalloc byte[4096]; printk(\"\"); }")]
    [InlineData("static void M(bool b) { if (b) { byte* {|KMEM5001:p|} = stackalloc byte[4096]; printk(\"\"); } }")]
    [InlineData("static irqreturn_t M() { byte* {|KMEM5001:p|} = stackalloc byte[4096]; printk(\"\"); return irqreturn_t.IRQ_NONE; }")]
    public Task Not_where_a_way_out_is_not_understood(string member) =>
        FixTest.VerifyAsync<LargeFrameCodeFixProvider>(Class(member), Class(member));

    [Theory]
    [InlineData("spin_lock(ref lk);", "spin_unlock(ref lk);")]
    [InlineData("void* q = kmalloc(8, GFP_KERNEL);", "kfree(q);")]
    public Task Not_where_the_method_holds_something_already(string take, string giveBack)
    {
        string code = Class($"static spinlock_t lk; static void M() {{ {take} byte* {{|KMEM5001:p|}} = stackalloc byte[4096]; p[0] = 1; {giveBack} }}");
        return FixTest.VerifyAsync<LargeFrameCodeFixProvider>(code, code);
    }

    private static string Class(string member) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class C
        {
        {{member}}
        }
        """;
}
