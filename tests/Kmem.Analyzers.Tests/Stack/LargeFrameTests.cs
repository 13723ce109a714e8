using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Stack;

/// <summary>KMEM5001.</summary>
public class LargeFrameTests
{
    private const string Types = """
        struct big { public fixed byte Data[2000]; }
        struct holder { public int Kind; public big Inner; public big* Next; }
        struct pair<T> where T : unmanaged { public T A, B; }
        [System.Runtime.CompilerServices.InlineArray(300)] struct slots { public int First; }
        [StructLayout(LayoutKind.Explicit)] struct union { [FieldOffset(0)] public long A; [FieldOffset(1400)] public int B; }
        [StructLayout(LayoutKind.Sequential, Size = 1500)] struct sized { public int A; }
        static void Use<T>(ref T value) { }
        """;

    [Theory]
    [InlineData("byte* {|KMEM5001:buf|} = stackalloc byte[1025]; printk(\"\");")]
    [InlineData("byte* {|KMEM5001:buf|} = stackalloc byte[4096]; if (condition) printk(\"\");")]
    [InlineData("long* {|KMEM5001:buf|} = stackalloc long[200]; printk(\"\");")]
    [InlineData("const int Size = 2048; byte* {|KMEM5001:buf|} = stackalloc byte[Size]; printk(\"\");")]
    [InlineData("Span<int> {|KMEM5001:buf|} = stackalloc int[300]; printk(\"\");")]
    [InlineData("byte* a = stackalloc byte[600]; byte* {|KMEM5001:b|} = stackalloc byte[700]; printk(\"\");")]
    [InlineData("big {|KMEM5001:local|} = default; Use(ref local); printk(\"\");")]
    [InlineData("var {|KMEM5001:local|} = new holder(); Use(ref local); printk(\"\");")]
    [InlineData("pair<big> {|KMEM5001:local|} = default; Use(ref local); printk(\"\");")]
    [InlineData("slots {|KMEM5001:local|} = default; Use(ref local); printk(\"\");")]
    [InlineData("union {|KMEM5001:local|} = default; Use(ref local); printk(\"\");")]
    [InlineData("sized {|KMEM5001:local|} = default; Use(ref local); printk(\"\");")]
    [InlineData("if (condition) { byte* {|KMEM5001:buf|} = stackalloc byte[3000]; printk(\"\"); }")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL)); byte* {|KMEM5001:buf|} = stackalloc byte[2000];")]
    public Task Locals_above_the_budget_are_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("byte* buf = stackalloc byte[1000]; printk(\"\");")]
    [InlineData("byte* buf = stackalloc byte[4096]; buf[0] = 1;")]
    [InlineData("big local = default; Use(ref local);")]
    [InlineData("big* p = (big*)kmalloc((nuint)sizeof(big), GFP_KERNEL); kfree(p);")]
    [InlineData("byte[] buf = new byte[4096]; printk(\"\");")]
    [InlineData("ref big r = ref shared; Use(ref r); printk(\"\");")]
    [InlineData("Span<byte> part = new byte[10_000]; printk(\"\");")]
    [InlineData("Action act = () => { byte* buf = stackalloc byte[900]; }; byte* own = stackalloc byte[900]; printk(\"\"); act();")]
    [InlineData("byte* buf = stackalloc byte[n < 4096 ? n : 0]; printk(\"\");")]
    public Task Smaller_locals_and_ordinary_code_are_not(string statements) => InMethodAsync(statements);

    [Fact]
    public Task Contracts_make_code_the_kernels() => Verify.MembersAsync("""
        [AtomicContext] void Handle() { byte* {|KMEM5001:buf|} = stackalloc byte[2000]; buf[0] = 1; }
        [HoldsSpinlock("lk")] void Locked() { byte* {|KMEM5001:buf|} = stackalloc byte[2000]; buf[0] = 1; }
        void Plain() { byte* buf = stackalloc byte[2000]; buf[0] = 1; }
        [AtomicContext] abstract class Handler { public abstract void Run(); }
        class Own : Handler { public override void Run() { } }
        void Register() => request_irq(1, OnInterrupt, 0, "card", null);
        irqreturn_t OnInterrupt(int irq, void* id) { byte* {|KMEM5001:buf|} = stackalloc byte[2000]; return irqreturn_t.IRQ_HANDLED; }
        """);

    [Fact]
    public Task Functions_inside_such_code_are_part_of_it() => Verify.MembersAsync("""
        [AtomicContext] void Handle() { Fill(); void Fill() { byte* {|KMEM5001:buf|} = stackalloc byte[2000]; buf[0] = 1; } }
        [AtomicContext] void Outer() { void Inner() { byte Get() { byte* {|KMEM5001:buf|} = stackalloc byte[2000]; return buf[0]; } Get(); } Inner(); }
        void Plain() { Fill(); void Fill() { byte* buf = stackalloc byte[2000]; buf[0] = 1; } }
        """);

    [Fact]
    public Task A_budget_that_is_written_counts_for_all_code() => Verify.MembersAsync("""
        [StackBudget(4096)] void Wide() { byte* buf = stackalloc byte[4000]; printk(""); }
        [StackBudget(64)] void Narrow() { byte* {|KMEM5001:buf|} = stackalloc byte[100]; buf[0] = 1; }
        [StackBudget(128)] class Careful { void Inner() { byte* {|KMEM5001:buf|} = stackalloc byte[200]; buf[0] = 1; } [StackBudget(256)] void Own() { byte* buf = stackalloc byte[200]; } }
        """);

    [Fact]
    public Task A_budget_that_is_configured_counts_for_all_code_of_the_file() => StackTest.ConfiguredAsync(
        "void Wide() { byte* buf = stackalloc byte[2000]; printk(\"\"); }\nvoid Plain() { byte* {|KMEM5001:buf|} = stackalloc byte[3000]; buf[0] = 1; }",
        "kmem_stack_budget = 2500");

    [Fact]
    public Task A_budget_that_is_no_number_counts_as_none() => StackTest.ConfiguredAsync(
        "void Wide() { byte* {|KMEM5001:buf|} = stackalloc byte[2000]; printk(\"\"); }", "kmem_stack_budget = much");

    [Fact]
    public Task What_lives_in_an_object_is_not_on_the_stack() => Verify.SourcesAsync(["""
        struct big { public long A, B; public System.Guid C; public decimal D1, D2, D3, D4, D5, D6; public decimal E1, E2, E3, E4; public two F, G, H; }
        struct two { public decimal A, B, C, D, E, F, G, H, I, J, K, L, M, N, O, P, Q, R, S, T; }
        class C
        {
            async Task Wait() { big local = default; await Task.Yield(); local.A++; printk(""); }
            IEnumerable<int> Count() { big local = default; yield return 1; local.A++; printk(""); }
            void Now() { big {|KMEM5001:local|} = default; local.A++; printk(""); }
        }
        """]);

    [Theory]
    [InlineData("byte* {|KMEM5001:buf|} = stackalloc byte[4096]; {|CS0103:missing|}(); printk(\"\");")]
    [InlineData("{|CS0246:missing|} local = default; printk(\"\");")]
    [InlineData("byte* {|KMEM5001:buf|} = stackalloc byte[4096]; if (n > 0) Test(n - 1, condition); printk(\"\");")]
    public Task Broken_and_recursive_code_is_analysed(string statements) => InMethodAsync(statements);

    private static Task InMethodAsync(string statements) => Verify.MembersAsync(
        Types + "\nstatic big shared;\nvoid Test(int n, bool condition)\n{\n" + statements + "\n}");
}
