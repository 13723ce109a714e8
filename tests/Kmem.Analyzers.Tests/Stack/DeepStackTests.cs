using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Stack;

/// <summary>KMEM5003.</summary>
public class DeepStackTests
{
    private const string Chain = """
        [StackBudget(4096)] static void One() { byte* buf = stackalloc byte[3000]; Two(); }
        [StackBudget(4096)] static void Two() { byte* buf = stackalloc byte[3000]; Three(); }
        [StackBudget(4096)] static void Three() { byte* buf = stackalloc byte[3000]; }
        """;

    private const string Wide = """
        static void A() { big local = default; local.Data[0] = 1; B(); }
        static void B() { big local = default; local.Data[0] = 1; C(); }
        static void C() { big local = default; local.Data[0] = 1; }
        struct big { public fixed byte Data[3000]; }
        """;

    [Theory]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { A(); }")]
    [InlineData("[AtomicContext(AtomicKind.HardIrq)] static void {|KMEM5003:Handle|}() { if (DateTime.Now.Ticks > 0) A(); else B(); }")]
    [InlineData("[StackBudget(100)] static void {|KMEM5003:Root|}() { A(); }")]
    [InlineData("void Register() => request_irq(1, OnInterrupt, 0, \"card\", null);\nirqreturn_t {|KMEM5003:OnInterrupt|}(int irq, void* id) { A(); return irqreturn_t.IRQ_HANDLED; }")]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { void Inner() => A(); Inner(); }")]
    [InlineData("[AtomicContext] int Size { {|KMEM5003:get|} { A(); return 1; } }")]
    public Task A_chain_that_needs_more_than_a_thread_has_is_found(string members) => Verify.MembersAsync(Wide + "\n" + members);

    [Theory]
    [InlineData("abstract class Port { public abstract void Send(); }\nclass Own : Port { public override void Send() => A(); }\nclass Other : Port { public override void Send() { } }\n[AtomicContext] static void {|KMEM5003:Handle|}(Port p) { p.Send(); }")]
    [InlineData("internal class Port { public virtual void Send() { } }\nclass Own : Port { public override void Send() { } }\nsealed class Last : Own { public override void Send() => A(); }\n[AtomicContext] static void {|KMEM5003:Handle|}(Port p) { p.Send(); }")]
    [InlineData("public class Port { public virtual void Send() => A(); }\n[AtomicContext] static void {|KMEM5003:Handle|}(Port p) { p.Send(); }")]
    [InlineData("public class Port { private protected Port() { } public virtual void Send() { } }\nclass Own : Port { public override void Send() => A(); }\n[AtomicContext] static void {|KMEM5003:Handle|}(Port p) { p.Send(); }")]
    [InlineData("interface IPort { void Send(); }\nclass Own : IPort { public void Send() => A(); }\n[AtomicContext] static void {|KMEM5003:Handle|}(IPort p) { p.Send(); }")]
    [InlineData("interface IPort<T> { void Send(T value); }\nclass Own : IPort<int> { void IPort<int>.Send(int value) => A(); }\n[AtomicContext] static void {|KMEM5003:Handle|}(IPort<int> p) { p.Send(1); }")]
    [InlineData("abstract class Port { public abstract int Size { get; } }\nclass Own : Port { public override int Size { get { A(); return 1; } } }\n[AtomicContext] static void {|KMEM5003:Handle|}(Port p) { _ = p.Size; }")]
    public Task A_chain_through_the_deepest_override_is_found(string members) => Verify.MembersAsync(Wide + "\n" + members);

    [Theory]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { work?.Invoke(); }\nstatic Action? work = A;")]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { work(); }\npublic static readonly Action work = new Action(A);")]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { work(); }\nstatic readonly Action work = () => A();")]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { Action work = A; work(); }")]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { Action work = () => { A(); }; work.Invoke(); }")]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { void Local() => A(); Action work = Local; work(); }")]
    public Task A_chain_through_a_known_delegate_is_found(string members) => Verify.MembersAsync(Wide + "\n" + members);

    [Theory]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { Walk(3); }\nstatic void Walk(int n) { if (n > 0) Walk(n - 1); }")]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}() { Even(3); }\nstatic bool Even(int n) => n == 0 || Odd(n - 1);\nstatic bool Odd(int n) => n != 0 && Even(n - 1);")]
    [InlineData("[AtomicContext] static void {|KMEM5003:Handle|}(int n) { if (n > 0) Handle(n - 1); }")]
    [InlineData("class Node { public Node? Left; public void Visit() { Left?.Visit(); } }\n[AtomicContext] static void {|KMEM5003:Handle|}(Node node) { node.Visit(); }")]
    public Task A_recursion_is_found(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("[AtomicContext] static void Handle() { B(); }")]
    [InlineData("static void Plain() { A(); }")]
    [InlineData("static void Plain(int n) { if (n > 0) Plain(n - 1); }")]
    [InlineData("[AtomicContext] static void Handle() { Walk(3); }\n[StackBudget(64)] static void Walk(int n) { if (n > 0) Walk(n - 1); }")]
    [InlineData("[AtomicContext] static void Handle() { Even(3); }\n[StackBudget(64)] static bool Even(int n) => n == 0 || Odd(n - 1);\nstatic bool Odd(int n) => n != 0 && Even(n - 1);")]
    [InlineData("[AtomicContext] static void Handle() { work?.Invoke(); }\nstatic Action? work = A; static void Clear() => work = null;")]
    [InlineData("[AtomicContext] static void Handle() { work?.Invoke(); }\npublic static Action? work = A;")]
    [InlineData("[AtomicContext] static void Handle(Action work) { work(); }\nstatic void Start() => Handle(A);")]
    [InlineData("[AtomicContext] static void Handle(bool other) { Action work = A; if (other) work = C; work(); }")]
    [InlineData("[AtomicContext] static void Handle() { Action work = Make(); work(); }\nstatic Action Make() => A;")]
    [InlineData("[AtomicContext] static void Handle() { Action work = A; GC.KeepAlive(work); }")]
    [InlineData("[AtomicContext] static void Handle(IDisposable d) { d.Dispose(); }\nclass Own : IDisposable { public void Dispose() => A(); }")]
    [InlineData("abstract class Port { public abstract void Send(); }\nclass Own : Port { public override void Send() => B(); }\n[AtomicContext] static void Handle(Port p) { p.Send(); }")]
    [InlineData("abstract class Port { public abstract void Send(); }\nclass Traced : Port { public Port Inner = null!; public override void Send() => Inner.Send(); }\n[AtomicContext] static void Handle(Port p) { p.Send(); }")]
    [InlineData("[ProcessContext] static void Handle() { A(); }")]
    public Task Chains_that_fit_and_code_of_others_is_not(string members) => Verify.MembersAsync(Wide + "\n" + members);

    [Theory]
    [InlineData("public abstract class Port { public abstract void Send(); }", "override ", false)]
    [InlineData("public class Port { public virtual void Send() { } }", "override ", false)]
    [InlineData("public interface Port { void Send(); }", "", false)]
    [InlineData("public class Port { internal Port() { } public virtual void Send() { } }", "override ", true)]
    [InlineData("public abstract class Port { internal abstract void Send(); }", "override ", true)]
    public Task What_others_may_override_runs_who_knows_what(string port, string modifiers, bool isKnown) => Verify.SourcesAsync(["""
        using System;
        public static class Use { [AtomicContext] public static void NAME(Port p) { p.Send(); } }
        unsafe class Own : Port { ACCESS MODIFIERS void Send() { big a = default; a.Data[0] = 1; } }
        unsafe struct big { public fixed byte Data[9000]; }
        """.Replace("NAME", isKnown ? "{|KMEM5003:Handle|}" : "Handle", StringComparison.Ordinal)
        .Replace("ACCESS", port.Contains("internal abstract", StringComparison.Ordinal) ? "internal" : "public", StringComparison.Ordinal)
        .Replace("MODIFIERS ", modifiers, StringComparison.Ordinal) + port]);

    [Fact]
    public Task The_size_of_a_thread_can_be_configured() => StackTest.ConfiguredAsync(
        Chain + "\n[AtomicContext] static void Handle() { One(); }", "kmem_thread_size = 16384");

    [Fact]
    public Task Roots_with_a_budget_are_roots_too() => Verify.MembersAsync(Chain.Replace("One()", "{|KMEM5003:One|}()", StringComparison.Ordinal));

    [Fact]
    public Task A_chain_too_long_to_follow_by_recursion_is_followed()
    {
        var chain = string.Join("\n", Enumerable.Range(0, 3000).Select(i => $"static void M{i}() => M{i + 1}();"));
        return Verify.MembersAsync(chain + "\nstatic void M3000() { }\n[AtomicContext] static void {|KMEM5003:Handle|}() { M0(); }");
    }

    [Fact]
    public Task Broken_code_is_analysed() => Verify.MembersAsync(
        "[AtomicContext] static void {|KMEM5003:Handle|}(int n) { {|CS0103:missing|}(); if (n > 0) Handle(n - 1); }");
}
