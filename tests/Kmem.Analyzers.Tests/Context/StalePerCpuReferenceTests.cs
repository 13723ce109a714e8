using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1007: a reference into per-CPU data outlives its section.</summary>
public class StalePerCpuReferenceTests
{
    private const string Variables = """
        struct Stat { public long hits; public int* buf; }
        static readonly PerCpu<int> counter = DEFINE_PER_CPU<int>("counter"), other = DEFINE_PER_CPU<int>("other");
        static readonly PerCpu<Stat> stats = DEFINE_PER_CPU<Stat>("stats");
        static int* dynamic;
        static extern void Use(ref int value); static extern void Look(int* value); static extern void Take(int value);

        """;

    [Theory]
    [InlineData("ref int c = ref get_cpu_var(counter); put_cpu_var(counter); {|KMEM1007:c|}++;")]
    [InlineData("ref int c = ref get_cpu_var(counter); put_cpu_var(counter); {|KMEM1007:c|} = 3;")]
    [InlineData("ref int c = ref get_cpu_var(counter); put_cpu_var(counter); int n2 = {|KMEM1007:c|};")]
    [InlineData("ref int c = ref get_cpu_var(counter); c = 1; put_cpu_var(counter); if (condition) {|KMEM1007:c|} += 2;")]
    [InlineData("ref Stat s = ref get_cpu_var(stats); put_cpu_var(stats); {|KMEM1007:s.hits|}++;")]
    [InlineData("ref int c = ref get_cpu_var(counter); if (condition) put_cpu_var(counter); {|KMEM1007:c|}++; if (!condition) put_cpu_var(counter);")]
    [InlineData("ref int c = ref get_cpu_var(counter); ref int d = ref c; put_cpu_var(counter); {|KMEM1007:d|} = 0;")]
    [InlineData("ref int c = ref get_cpu_var(counter); put_cpu_var(counter); Use(ref {|KMEM1007:c|});")]
    [InlineData("int* p = get_cpu_ptr(dynamic); put_cpu_ptr(dynamic); *{|KMEM1007:p|} = 1;")]
    [InlineData("int* p = get_cpu_ptr(dynamic); put_cpu_ptr(dynamic); {|KMEM1007:p|}[2] = 1;")]
    [InlineData("int* p = get_cpu_ptr(dynamic); put_cpu_ptr(dynamic); Look({|KMEM1007:p|});")]
    [InlineData("ref int c = ref get_cpu_var(counter); try { c++; } finally { put_cpu_var(counter); } Take({|KMEM1007:c|});")]
    [InlineData("ref int c = ref get_cpu_var(counter); Drop(); {|KMEM1007:c|}++; static void Drop() => put_cpu_var(counter);")]
    [InlineData("ref int c = ref get_cpu_var(counter); put_cpu_var(counter); get_cpu_var(other)++; {|KMEM1007:c|}++; put_cpu_var(other);")]
    public Task A_use_behind_the_put_is_reported(string statements) => Test(statements);

    [Theory]
    [InlineData("ref int c = ref get_cpu_var(counter); c++; put_cpu_var(counter);")]
    [InlineData("int c = get_cpu_var(counter); put_cpu_var(counter); Take(c);")]
    [InlineData("get_cpu_var(counter)++; put_cpu_var(counter); get_cpu_var(counter)++; put_cpu_var(counter);")]
    [InlineData("for (int i = 0; i < n; i++) { ref int c = ref get_cpu_var(counter); c++; put_cpu_var(counter); }")]
    [InlineData("ref int c = ref get_cpu_var(counter); put_cpu_var(counter); c = ref get_cpu_var(counter); c++; put_cpu_var(counter);")]
    [InlineData("ref int c = ref per_cpu(counter, 0); c++; preempt_disable(); preempt_enable(); c++;")]
    [InlineData("int* p = get_cpu_ptr(dynamic); *p = 1; put_cpu_ptr(dynamic); p = null; if (p == null) n++;")]
    [InlineData("int* p = get_cpu_ptr(dynamic); put_cpu_ptr(dynamic); if (p != null) n++;")]
    [InlineData("ref Stat s = ref get_cpu_var(stats); int* buf = s.buf; put_cpu_var(stats); *buf = 3;")]
    [InlineData("ref int c = ref get_cpu_var(counter); if (condition) { put_cpu_var(counter); return; } c++; put_cpu_var(counter);")]
    [InlineData("ref int c = ref get_cpu_var(counter); ref int d = ref get_cpu_var(other); put_cpu_var(counter); d++; put_cpu_var(other);")]
    [InlineData("Pin()++; put_cpu_var(counter); static ref int Pin() => ref get_cpu_var(counter);")]
    public Task A_use_inside_the_section_is_not(string statements) => Test(statements);

    private static Task Test(string statements) => Verify.MembersAsync(Variables + "void Test(bool condition, int n)\n{\n" + statements + "\n}");
}
