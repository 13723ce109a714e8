using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>What a report tells: the section, where it was entered, and each call on the way to what sleeps.</summary>
public class StoryTests
{
    [Fact]
    public Task Flags_under_a_lock() => Verify.StatementsAsync(
        "{|#1:spin_lock(ref dev.lk)|}; var p = kmalloc(8, {|#0:GFP_DMA | GFP_KERNEL|}); spin_unlock(ref dev.lk);",
        Verify.Report("KMEM1001").WithLocation(0).WithLocation(1)
            .WithMessage("'kmalloc' may sleep with flags 'GFP_DMA | GFP_KERNEL' while spinlock 'dev.lk' is held"));

    [Fact]
    public Task A_call_through_callees() => Verify.MembersAsync(
        """
        void C() => {|#4:msleep(1)|};
        void B() { {|#3:C()|}; }
        void A() { {|#2:B()|}; }
        void Outer() { {|#1:spin_lock(ref lk)|}; {|#0:A()|}; spin_unlock(ref lk); }
        """,
        Verify.Report("KMEM1002").WithLocation(0).WithLocation(1).WithLocation(2).WithLocation(3).WithLocation(4)
            .WithMessage("'A' may sleep (through 'msleep') while spinlock 'lk' is held"));

    [Fact]
    public Task Flags_that_a_callee_passes_on() => Verify.MembersAsync(
        """
        void* Get(gfp_t flags) => {|#2:kmalloc(8, flags)|};
        void Outer() { {|#1:spin_lock(ref lk)|}; var p = Get({|#0:GFP_KERNEL|}); spin_unlock(ref lk); }
        """,
        Verify.Report("KMEM1001").WithLocation(0).WithLocation(1).WithLocation(2)
            .WithMessage("'Get' may sleep with flags 'GFP_KERNEL' while spinlock 'lk' is held"));

    [Fact]
    public Task A_lock_that_a_callee_has_taken() => Verify.MembersAsync(
        """
        static void Grab(device d) => spin_lock(ref d.lk);
        void Outer(device dev) { {|#1:Grab(dev)|}; {|#0:msleep(1)|}; }
        """,
        Verify.Report("KMEM1002").WithLocation(0).WithLocation(1).WithMessage("'msleep' may sleep while spinlock 'd.lk' is held"));

    [Fact]
    public Task The_innermost_section_is_named() => Verify.StatementsAsync(
        "preempt_disable(); {|#1:spin_lock(ref lk)|}; {|#0:msleep(1)|}; spin_unlock(ref lk); preempt_enable();",
        Verify.Report("KMEM1002").WithLocation(0).WithLocation(1).WithMessage("'msleep' may sleep while spinlock 'lk' is held"));

    [Theory]
    [InlineData("preempt_disable()", "preempt_enable()", "preemption is disabled")]
    [InlineData("local_irq_disable()", "local_irq_enable()", "interrupts are off")]
    [InlineData("local_bh_disable()", "local_bh_enable()", "bottom halves are off")]
    public Task Sections_have_names(string enter, string leave, string reason) => Verify.StatementsAsync(
        "{|#1:" + enter + "|}; {|#0:msleep(1)|}; " + leave + ";",
        Verify.Report("KMEM1002").WithLocation(0).WithLocation(1).WithMessage("'msleep' may sleep while " + reason));

    [Fact]
    public Task The_per_CPU_variable_is_named() => Verify.MembersAsync(
        """
        static readonly PerCpu<int> counter = DEFINE_PER_CPU<int>("counter");
        void Test() { {|#1:get_cpu_var(counter)|}++; {|#0:msleep(1)|}; put_cpu_var(counter); }
        """,
        Verify.Report("KMEM1003").WithLocation(0).WithLocation(1).WithMessage("'msleep' may sleep while the per-CPU section of 'counter' is open"));

    [Theory]
    [InlineData("[AtomicContext]", "this code runs in atomic context")]
    [InlineData("[AtomicContext(AtomicKind.HardIrq)]", "this code runs in a hard interrupt")]
    [InlineData("[AtomicContext(AtomicKind.SoftIrq)]", "this code runs in a soft interrupt")]
    [InlineData("[AtomicContext(AtomicKind.PreemptionDisabled)]", "this code runs with preemption disabled")]
    [InlineData("[HoldsSpinlock]", "the caller holds a spinlock")]
    [InlineData("[HoldsSpinlock(\"lk\")]", "the caller holds spinlock 'lk'")]
    public Task A_body_that_is_atomic_by_contract(string contract, string reason) => Verify.MembersAsync(
        contract + " void Handler() { {|#0:msleep(1)|}; }",
        Verify.Report("KMEM1002").WithLocation(0).WithMessage("'msleep' may sleep while " + reason));

    [Fact]
    public Task Keywords_are_named() => Verify.SourcesAsync(
        ["class C { [AtomicContext] async Task Test() { {|#0:await|} Task.Yield(); {|#1:lock|} (this) { } } }"],
        Verify.Report("KMEM1002").WithLocation(0).WithMessage("'await' may sleep while this code runs in atomic context"),
        Verify.Report("KMEM1002").WithLocation(1).WithMessage("'lock' may sleep while this code runs in atomic context"));

    [Fact]
    public Task Callees_in_other_files_are_told_where_they_are() => Verify.SourcesAsync(
        [
            "class A { static spinlock_t lk; static void Test() { {|#1:spin_lock(ref lk)|}; {|#0:B.Rest()|}; spin_unlock(ref lk); } }",
            "class B { public static void Rest() { if (Environment.TickCount > 3) {|#2:msleep(1)|}; } }",
        ],
        Verify.Report("KMEM1002").WithLocation(0).WithLocation(1).WithLocation(2)
            .WithMessage("'Rest' may sleep (through 'msleep') while spinlock 'lk' is held"));

    [Fact]
    public Task Several_paths_and_rounds_give_one_report() => Verify.StatementsAsync(
        """
        for (int i = 0; i < n; i++)
        {
            if (condition) {|#1:spin_lock(ref lk)|}; else spin_lock(ref lk2);
            {|#0:msleep(1)|};
            if (condition) spin_unlock(ref lk); else spin_unlock(ref lk2);
        }
        """,
        Verify.Report("KMEM1002").WithLocation(0).WithLocation(1).WithMessage(null));

    [Fact]
    public Task Generated_code_is_left_alone()
    {
        var test = Verify.Create([]);
        test.TestState.Sources.Add(("Generated.g.cs", "class C { [AtomicContext] void Test() { msleep(1); } }"));
        return test.RunAsync();
    }
}
