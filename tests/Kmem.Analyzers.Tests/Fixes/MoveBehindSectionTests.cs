using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes;

public class MoveBehindSectionTests
{
    [Fact]
    public Task A_statement_that_nothing_waits_for_goes_behind_the_put() => Moves("""
                ref int counter = ref {|enter:get_cpu_var(counters)|};
                // let others run
                {|report:schedule()|}; // a while
                counter++;
                {|leave:put_cpu_var(counters)|}; // done
                printk("counted");
        """, """
                ref int counter = ref get_cpu_var(counters);
                counter++;
                put_cpu_var(counters); // done
                // let others run
                schedule(); // a while
                printk("counted");
        """);

    [Fact]
    public Task An_allocation_goes_with_its_declaration() => Moves("""
                ref int counter = ref {|enter:get_cpu_var(counters)|};
                void* p = vmalloc(n) /* big */;
                counter++;
                {|leave:put_cpu_var(counters)|};

                vfree(p);
        """.Replace("vmalloc(n)", "{|report:vmalloc(n)|}"), """
                ref int counter = ref get_cpu_var(counters);
                counter++;
                put_cpu_var(counters);
                void* p = vmalloc(n) /* big */;

                vfree(p);
        """);

    [Fact]
    public Task Several_keep_their_order() => new FixCase<SleepInPerCpuSectionCodeFixProvider>(Method("""
                ref int counter = ref {|enter:get_cpu_var(counters)|};
                {|a:schedule()|};
                counter++;
                {|b:Log("b")|};
                {|leave:put_cpu_var(counters)|};
        """))
        .Report("a", (DiagnosticProperties.LeaveSpan, "leave"), (DiagnosticProperties.EnterSpan, "enter"))
        .Report("b", (DiagnosticProperties.LeaveSpan, "leave"), (DiagnosticProperties.EnterSpan, "enter"))
        .FixesToAsync(Method("""
                ref int counter = ref get_cpu_var(counters);
                counter++;
                put_cpu_var(counters);
                schedule();
                Log("b");
        """));

    [Theory]
    [InlineData("ref int counter = ref {|enter:get_cpu_var(counters)|}; void* p = {|report:vmalloc(n)|}; Use(p); {|leave:put_cpu_var(counters)|}; vfree(p);")]
    [InlineData("ref int counter = ref {|enter:get_cpu_var(counters)|}; {|report:msleep((uint)counter)|}; {|leave:put_cpu_var(counters)|};")]
    [InlineData("int c = {|enter:get_cpu_var(counters)|}; {|report:msleep((uint)c)|}; {|leave:put_cpu_var(counters)|};")]
    [InlineData("ref int counter = ref {|enter:get_cpu_var(counters)|}; {|report:msleep(total)|}; total++; {|leave:put_cpu_var(counters)|};")]
    [InlineData("ref int counter = ref {|enter:get_cpu_var(counters)|}; {|report:schedule()|}; if (n == 1) { put_cpu_var(counters); return; } {|leave:put_cpu_var(counters)|};")]
    [InlineData("spin_lock(ref lk); ref int counter = ref {|enter:get_cpu_var(counters)|}; {|report:schedule()|}; {|leave:put_cpu_var(counters)|}; spin_unlock(ref lk);")]
    [InlineData("ref int counter = ref {|enter:get_cpu_var(counters)|}; if (n == 1) { {|report:schedule()|}; } {|leave:put_cpu_var(counters)|};")]
    [InlineData("ref int counter = ref {|enter:get_cpu_var(counters)|}; while (Test({|report:vmalloc(n)|})) { } {|leave:put_cpu_var(counters)|};")]
    public async Task Not_where_the_section_needs_it(string body) => await new FixCase<SleepInPerCpuSectionCodeFixProvider>(Method(body))
        .Report("report", (DiagnosticProperties.LeaveSpan, "leave"), (DiagnosticProperties.EnterSpan, "enter"))
        .DoesNotOfferAsync("Move behind put_cpu_var");

    private static Task Moves(string before, string after) => new FixCase<SleepInPerCpuSectionCodeFixProvider>(Method(before))
        .Report("report", (DiagnosticProperties.LeaveSpan, "leave"), (DiagnosticProperties.EnterSpan, "enter"))
        .FixesToAsync(Method(after));

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        unsafe class C
        {
            static PerCpu<int> counters = new();
            static uint total;
            static spinlock_t lk;

            static void Log(string text) { }
            static void Use(void* p) { }
            static bool Test(void* p) => false;

            void M(nuint n)
            {
        {{body}}
            }
        }
        """;
}
