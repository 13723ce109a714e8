using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1003: between get and put of a CPU or of its variables.</summary>
public class PerCpuSectionTests
{
    private const string Variables = "static readonly PerCpu<int> counter = DEFINE_PER_CPU<int>(\"counter\"), other = DEFINE_PER_CPU<int>(\"other\");\n";

    [Theory]
    [InlineData("ref int c = ref get_cpu_var(counter); c++; {|KMEM1003:msleep(1)|}; put_cpu_var(counter);")]
    [InlineData("get_cpu_var(counter)++; {|KMEM1003:msleep(1)|}; put_cpu_var(counter);")]
    [InlineData("get_cpu_var(counter) = 3; var p = kmalloc(8, {|KMEM1003:GFP_KERNEL|}); put_cpu_var(counter); kfree(p);")]
    [InlineData("int cpu = get_cpu(); {|KMEM1003:msleep(1)|}; put_cpu();")]
    [InlineData("int cpu = get_cpu(); try { {|KMEM1003:msleep(1)|}; } finally { put_cpu(); }")]
    [InlineData("int cpu = get_cpu(); if (condition) { {|KMEM1003:vfree(null)|}; } put_cpu();")]
    [InlineData("get_cpu(); for (int i = 0; i < n; i++) { {|KMEM1003:mutex_lock(m)|}; mutex_unlock(m); } put_cpu();")]
    [InlineData("get_cpu(); get_cpu(); put_cpu(); {|KMEM1003:msleep(1)|}; put_cpu();")]
    [InlineData("get_cpu_var(counter) = 1; get_cpu_var(other) = 1; put_cpu_var(counter); {|KMEM1003:msleep(1)|}; put_cpu_var(other);")]
    [InlineData("get_cpu(); {|KMEM1003:lock|} (counter) { } put_cpu();")]
    [InlineData("get_cpu(); {|KMEM1003:Inner()|}; put_cpu(); void Inner() => msleep(1);")]
    [InlineData("get_cpu(); var p = Inner({|KMEM1003:GFP_KERNEL|}); put_cpu(); void* Inner(gfp_t f) => kmalloc(8, f);")]
    [InlineData("get_cpu(); switch (n) { case 1: {|KMEM1003:msleep(1)|}; break; } put_cpu();")]
    [InlineData("spin_lock(ref lk); get_cpu(); {|KMEM1003:msleep(1)|}; put_cpu(); spin_unlock(ref lk);")]
    [InlineData("get_cpu(); spin_lock(ref lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); {|KMEM1003:msleep(1)|}; put_cpu();")]
    [InlineData("get_cpu(); spin_lock(ref lk); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk); put_cpu(); kfree(p);")]
    [InlineData("get_cpu(); preempt_disable(); {|KMEM1002:msleep(1)|}; preempt_enable(); put_cpu();")]
    [InlineData("Pin(); {|KMEM1003:msleep(1)|}; Unpin(); msleep(1); static void Pin() => get_cpu(); static void Unpin() => put_cpu();")]
    [InlineData("if (condition) get_cpu(); {|KMEM1003:msleep(1)|}; if (condition) put_cpu();")]
    public Task Sleeping_in_a_per_CPU_section_is_reported(string statements) => Test(statements);

    [Theory]
    [InlineData("get_cpu_var(counter)++; put_cpu_var(counter); msleep(1);")]
    [InlineData("int cpu = get_cpu(); put_cpu(); msleep(1);")]
    [InlineData("msleep(1); get_cpu(); put_cpu();")]
    [InlineData("get_cpu(); var p = kmalloc(8, GFP_ATOMIC); put_cpu(); kfree(p);")]
    [InlineData("get_cpu(); try { if (condition) return; } finally { put_cpu(); } msleep(1);")]
    [InlineData("get_cpu_var(counter) = 1; get_cpu_var(other) = 1; put_cpu_var(counter); put_cpu_var(other); msleep(1);")]
    [InlineData("if (condition) get_cpu(); if (!condition) msleep(1); if (condition) put_cpu();")]
    [InlineData("for (int i = 0; i < n; i++) { get_cpu_var(counter)++; put_cpu_var(counter); msleep(1); }")]
    [InlineData("ref int c = ref per_cpu(counter, 0); msleep(1); c++;")]
    [InlineData("int cpu = raw_smp_processor_id(); msleep(1);")]
    [InlineData("get_cpu(); Drops(); put_cpu(); static void Drops() { put_cpu(); msleep(1); get_cpu(); }")]
    [InlineData("get_cpu(); udelay(1); printk(\"x\"); put_cpu();")]
    public Task Sleeping_outside_is_not(string statements) => Test(statements);

    private static Task Test(string statements) => Verify.MembersAsync(Variables + "void Test(bool condition, int n)\n{\n" + statements + "\n}");
}
