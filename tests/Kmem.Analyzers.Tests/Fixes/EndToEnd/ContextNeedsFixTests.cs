using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>The fixes of KMEM1008, 1009, 1012 and 2010.</summary>
public class ContextNeedsFixTests
{
    [Fact]
    public Task A_cpu_is_pinned_to_the_end_of_the_block() => FixTest.VerifyAsync<PreemptibleProcessorIdCodeFixProvider>(Code("""
                int cpu = {|KMEM1008:smp_processor_id()|};
                count += cpu;
        """), Code("""
                int cpu = get_cpu();
                count += cpu;
                put_cpu();
        """), action: 0);

    [Fact]
    public Task Or_any_number_will_do() => FixTest.VerifyAsync<PreemptibleProcessorIdCodeFixProvider>(Code("""
                int cpu = {|KMEM1008:Kernel.smp_processor_id()|};
                count += cpu;
        """), Code("""
                int cpu = Kernel.raw_smp_processor_id();
                count += cpu;
        """), action: 1);

    [Theory]
    [InlineData("if (n == 3) return;")]
    [InlineData("msleep(1);")]
    public Task A_cpu_is_not_pinned_over_what_leaves_or_sleeps(string next) => FixTest.VerifyAsync<PreemptibleProcessorIdCodeFixProvider>(
        Code("        int cpu = {|KMEM1008:smp_processor_id()|};\n        " + next), Code("        int cpu = raw_smp_processor_id();\n        " + next), action: 0);

    [Fact]
    public Task A_call_goes_between_lock_and_unlock() => FixTest.VerifyAsync<LockNotHeldCodeFixProvider>(Code("""
                {|KMEM1009:Locked()|}; // now
                if (n > 3)
                {
                    int added = {|KMEM1009:Add(n)|};
                    count += added;
                }
        """), Code("""
                spin_lock(ref lk);
                Locked(); // now
                spin_unlock(ref lk);
                if (n > 3)
                {
                    spin_lock(ref lk);
                    int added = Add(n);
                    spin_unlock(ref lk);
                    count += added;
                }
        """));

    [Fact]
    public Task A_call_without_braces_gets_them_and_one_in_a_line_stays_there() => FixTest.VerifyAsync<LockNotHeldCodeFixProvider>(Code("""
                if (n > 3)
                    {|KMEM1009:Locked()|}; // now
                else count += {|KMEM1009:Add(n)|};
                count++; {|KMEM1009:Locked()|}; count++;
                switch (n) { case 1: {|KMEM1009:Locked()|}; break; }
        """), Code("""
                if (n > 3)
                {
                    spin_lock(ref lk);
                    Locked(); // now
                    spin_unlock(ref lk);
                }
                else
                {
                    spin_lock(ref lk);
                    count += Add(n);
                    spin_unlock(ref lk);
                }
                count++; spin_lock(ref lk); Locked(); spin_unlock(ref lk); count++;
                switch (n) { case 1: spin_lock(ref lk); Locked(); spin_unlock(ref lk); break; }
        """));

    [Fact]
    public Task Not_where_the_lock_may_be_held_already()
    {
        var code = Code("        if (n > 3) spin_lock(ref lk);\n        {|KMEM1009:Locked()|};\n        if (n > 3) spin_unlock(ref lk);");
        return FixTest.VerifyAsync<LockNotHeldCodeFixProvider>(code, code);
    }

    [Fact]
    public Task Not_where_no_lock_is_named_or_the_statement_leaves()
    {
        var code = Code("        {|KMEM1009:Any()|};\n        if (n > 3)\n            throw new System.Exception(\"\" + {|KMEM1009:Add(n)|});");
        return FixTest.VerifyAsync<LockNotHeldCodeFixProvider>(code, code);
    }

    [Fact]
    public Task Atomic_flags_become_sleeping_ones() => FixTest.VerifyAsync<NeedlesslyAtomicCodeFixProvider>(Code("""
                msleep(1);
                kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|}));
                kfree(kmalloc(8, {|KMEM1012:GFP_DMA | GFP_ATOMIC|}));
        """), Code("""
                msleep(1);
                kfree(kmalloc(8, GFP_KERNEL));
                kfree(kmalloc(8, GFP_DMA | GFP_KERNEL));
        """));

    [Fact]
    public Task A_mapping_is_ended_in_front_of_the_way_out() => FixTest.VerifyAsync<UnbalancedMappingCodeFixProvider>(Code("""
                kmap(frame);
                if (n == 0)
                    {|KMEM2010:return|};
                kunmap(frame);
        """), Code("""
                kmap(frame);
                if (n == 0)
                {
                    kunmap(frame);
                    return;
                }
                kunmap(frame);
        """));

    private static string Code(string body) => $$"""
        using Kmem;
        using Kmem.Annotations;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class C
        {
            static spinlock_t lk;
            static int count;
            static page* frame;

            [HoldsSpinlock("lk")] static void Locked() { }
            [HoldsSpinlock("lk")] static int Add(int n) => n;
            [HoldsSpinlock] static void Any() { }

            static void M(int n)
            {
        {{body}}
            }
        }
        """;
}
