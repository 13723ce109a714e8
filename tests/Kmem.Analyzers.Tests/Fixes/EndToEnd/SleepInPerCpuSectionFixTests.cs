using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

public class SleepInPerCpuSectionFixTests
{
    private const string Before = """
                ref int counter = ref get_cpu_var(counters);
                counter++;
                void* p = kmalloc(8, {|KMEM1003:GFP_KERNEL|});
                {|KMEM1003:msleep(1)|};
                put_cpu_var(counters);
                kfree(p);
        """;

    [Fact]
    public Task First_what_never_sleeps() => FixTest.VerifyAsync<SleepInPerCpuSectionCodeFixProvider>(Method(Before), Method("""
                ref int counter = ref get_cpu_var(counters);
                counter++;
                void* p = kmalloc(8, GFP_ATOMIC);
                udelay(1 * 1000);
                put_cpu_var(counters);
                kfree(p);
        """));

    [Fact]
    public Task Second_behind_the_put() => FixTest.VerifyAsync<SleepInPerCpuSectionCodeFixProvider>(
        Method(Before),
        Method("""
                ref int counter = ref get_cpu_var(counters);
                counter++;
                put_cpu_var(counters);
                msleep(1);
                void* p = kmalloc(8, GFP_KERNEL);
                kfree(p);
        """),
        action: 1,
        // One by one, each lands right behind the put; all at once they keep their order.
        batchFixedCode: Method("""
                ref int counter = ref get_cpu_var(counters);
                counter++;
                put_cpu_var(counters);
                void* p = kmalloc(8, GFP_KERNEL);
                msleep(1);
                kfree(p);
        """));

    [Fact]
    public Task Third_in_front_of_the_get() => FixTest.VerifyAsync<SleepInPerCpuSectionCodeFixProvider>(
        Method("""
                int cpu = get_cpu();
                int* p = (int*)kmalloc(8, {|KMEM1003:GFP_KERNEL|});
                if (p == null)
                {
                    put_cpu();
                    return;
                }
                *p = cpu;
                put_cpu();
                kfree(p);
        """),
        Method("""
                int* p = (int*)kmalloc(8, GFP_KERNEL);
                if (p == null)
                {
                    return;
                }
                int cpu = get_cpu();
                *p = cpu;
                put_cpu();
                kfree(p);
        """),
        action: 1);

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class C
        {
            static readonly PerCpu<int> counters = DEFINE_PER_CPU<int>("counters");

            static void M()
            {
        {{body}}
            }
        }
        """;
}
