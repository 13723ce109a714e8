using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

public class SectionLeftOpenFixTests
{
    [Fact]
    public Task As_the_method_leaves_it_elsewhere() => Fixes("""
                spin_lock_irqsave(ref lk, out nuint state);
                if (n < 0)
                    {|KMEM1004:return|} -EINVAL; // never
                if (n == 1) {|KMEM1004:return|} 1;
                if (n == 2)
                {
                    // two is none
                    {|KMEM1004:return|} 2;
                }

                switch (n)
                {
                    case 3:
                        count++;
                        {|KMEM1004:return|} 3;
                    case 4: {|KMEM1004:throw|} new System.ArgumentException();
                }

                spin_unlock_irqrestore(ref lk, state);
                return 0;
        """, """
                spin_lock_irqsave(ref lk, out nuint state);
                if (n < 0)
                {
                    spin_unlock_irqrestore(ref lk, state);
                    return -EINVAL; // never
                }
                if (n == 1)
                {
                    spin_unlock_irqrestore(ref lk, state);
                    return 1;
                }
                if (n == 2)
                {
                    // two is none
                    spin_unlock_irqrestore(ref lk, state);
                    return 2;
                }

                switch (n)
                {
                    case 3:
                        count++;
                        spin_unlock_irqrestore(ref lk, state);
                        return 3;
                    case 4: spin_unlock_irqrestore(ref lk, state); throw new System.ArgumentException();
                }

                spin_unlock_irqrestore(ref lk, state);
                return 0;
        """);

    [Fact]
    public Task Behind_a_label() => Fixes("""
                spin_lock(ref lk);
                if (n < 0)
                    goto fail;
                spin_unlock(ref lk);
                return 0;
            fail:
                {|KMEM1004:return|} -EINVAL;
        """, """
                spin_lock(ref lk);
                if (n < 0)
                    goto fail;
                spin_unlock(ref lk);
                return 0;
            fail:
                spin_unlock(ref lk);
                return -EINVAL;
        """);

    [Fact]
    public Task Two_locks_the_inner_one_first() => Fixes("""
                spin_lock(ref lk);
                spin_lock(ref lk2);
                if (n < 0)
                    {|KMEM1004:{|KMEM1004:return|}|} -EINVAL;
                spin_unlock(ref lk2);
                spin_unlock(ref lk);
                return 0;
        """, """
                spin_lock(ref lk);
                spin_lock(ref lk2);
                if (n < 0)
                {
                    spin_unlock(ref lk2);
                    spin_unlock(ref lk);
                    return -EINVAL;
                }
                spin_unlock(ref lk2);
                spin_unlock(ref lk);
                return 0;
        """);

    [Theory]
    [InlineData("spin_lock(ref lk);", "spin_unlock(ref lk);")]
    [InlineData("spin_lock_bh(ref lk);", "spin_unlock_bh(ref lk);")]
    [InlineData("spin_lock_irqsave(ref lk, out nuint flags);", "spin_unlock_irqrestore(ref lk, flags);")]
    [InlineData("local_irq_save(out nuint flags);", "local_irq_restore(flags);")]
    [InlineData("local_irq_disable();", "local_irq_enable();")]
    [InlineData("preempt_disable();", "preempt_enable();")]
    [InlineData("rcu_read_lock();", "rcu_read_unlock();")]
    [InlineData("int cpu = get_cpu();", "put_cpu();")]
    [InlineData("get_cpu_var(counters)++;", "put_cpu_var(counters);")]
    [InlineData("Kernel.spin_lock(ref lk);", "Kernel.spin_unlock(ref lk);")]
    public Task The_opposite_where_the_method_has_no_such_call(string enter, string leave) => FixTest.VerifyAsync<SectionLeftOpenCodeFixProvider>(
        Handler(enter, "{|KMEM1004:}|}"), Handler(enter + "\n        " + leave, "}"));

    [Fact]
    public Task Not_where_paths_meet_that_have_left_it() => FixTest.VerifyAsync<SectionLeftOpenCodeFixProvider>(
        Method("        spin_lock(ref lk);\n        if (n < 0)\n            spin_unlock(ref lk);\n        {|KMEM1004:return|} 0;"),
        Method("        spin_lock(ref lk);\n        if (n < 0)\n            spin_unlock(ref lk);\n        {|KMEM1004:return|} 0;"));

    private static Task Fixes(string before, string after) => FixTest.VerifyAsync<SectionLeftOpenCodeFixProvider>(Method(before), Method(after));

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;

        unsafe class C
        {
            static spinlock_t lk, lk2;
            static int count;

            static int M(int n)
            {
        {{body}}
            }
        }
        """;

    private static string Handler(string statements, string end) => $$"""
        using Kmem;
        using Kmem.Annotations;
        using static Kmem.Kernel;

        unsafe class C
        {
            static readonly PerCpu<int> counters = DEFINE_PER_CPU<int>("counters");
            static spinlock_t lk;

            [AtomicContext]
            static void M()
            {
                {{statements}}
            {{end}}
        }
        """;
}
