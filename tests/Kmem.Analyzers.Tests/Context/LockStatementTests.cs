using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>
/// A <c>lock</c> over a System.Threading.Lock may sleep as one over any object does, whether the code is checked for nulls or not: the compiler's graphs of the two differ.
/// </summary>
public class LockStatementTests
{
    private const string Driver = """
        unsafe partial class Driver
        {
        readonly Lock gate = new(); static readonly Lock s_gate = new(); readonly Lock[] gates = new Lock[2]; Lock Gate => gate; Lock Make() => new(); readonly object o = new();
        static spinlock_t lk; int n;

        """;

    [Theory]
    [InlineData("{|KMEM1002:lock|} (gate) { n++; }")]
    [InlineData("{|KMEM1002:lock|} (this.gate) n++;")]
    [InlineData("{|KMEM1002:lock|} (s_gate) n++;")]
    [InlineData("{|KMEM1002:lock|} (Gate) n++;")]
    [InlineData("{|KMEM1002:lock|} (parameter) n++;")]
    [InlineData("{|KMEM1002:lock|} (maybe!) n++;")]
    [InlineData("if (maybe != null) {|KMEM1002:lock|} (maybe) n++;")]
    [InlineData("Lock local = new(); {|KMEM1002:lock|} (local) n++;")]
    [InlineData("{|KMEM1002:lock|} (gates[n]) n++;")]
    [InlineData("{|KMEM1002:lock|} (Make()) n++;")]
    [InlineData("{|KMEM1002:lock|} (new Lock()) { }")]
    [InlineData("{|KMEM1002:lock|} ((gate)) n++;")]
    [InlineData("{|KMEM1002:lock|} (c ? gate : s_gate) n++;")]
    [InlineData("{|KMEM1002:lock|} (maybe ?? gate) n++;")]
    [InlineData("{|KMEM1002:lock|} (gate);")]
    [InlineData("{|KMEM1002:lock|} (gate) { {|KMEM1002:lock|} (s_gate) n++; }")]
    [InlineData("{|KMEM1002:lock|} (o) { {|KMEM1002:lock|} (gate) n++; }")]
    [InlineData("while (c) { {|KMEM1002:lock|} (gate) { if (n == 1) break; if (n == 2) continue; c = false; } }")]
    [InlineData("try { {|KMEM1002:lock|} (gate) { n = int.Parse(\"1\"); } } catch (FormatException) { n = 0; } finally { {|KMEM1002:lock|} (s_gate) n++; }")]
    [InlineData("{|KMEM1002:Inner()|}; void Inner() { lock (gate) n++; }")]
    [InlineData("{|KMEM1002:Count()|};")]
    [InlineData("n = {|KMEM1002:Total|};")]
    [InlineData("using ({|KMEM1002:gate.EnterScope()|}) n++;")]
    [InlineData("using var scope = {|KMEM1002:gate.EnterScope()|}; n++;")]
    [InlineData("{|KMEM1002:gate.Enter()|}; n++; gate.Exit();")]
    [InlineData("if ({|KMEM1002:gate.TryEnter(5)|}) gate.Exit();")]
    [InlineData("if ({|KMEM1002:gate.TryEnter(TimeSpan.FromSeconds(1))|}) gate.Exit();")]
    public Task A_lock_statement_in_a_section_is_reported(string statements) => Test(UnderSpinlock(statements)
        + "void Count() { Middle(); } void Middle() { lock (gate) { n++; return; } } int Total { get { lock (gate) return n; } }");

    [Theory]
    [InlineData("preempt_disable(); {|KMEM1002:lock|} (gate) n++; preempt_enable();")]
    [InlineData("local_irq_disable(); {|KMEM1002:lock|} (gate) n++; local_irq_enable();")]
    [InlineData("local_bh_disable(); {|KMEM1002:lock|} (gate) n++; local_bh_enable();")]
    [InlineData("rcu_read_lock(); {|KMEM1002:lock|} (gate) n++; rcu_read_unlock();")]
    [InlineData("get_cpu(); {|KMEM1003:lock|} (gate) n++; put_cpu();")]
    [InlineData("spin_lock(ref lk); if (c) { spin_unlock(ref lk); lock (gate) n++; return; } {|KMEM1002:lock|} (gate) n++; spin_unlock(ref lk);")]
    [InlineData("request_irq(1, (irq, dev) => { {|KMEM1002:lock|} (gate) n++; return irqreturn_t.IRQ_HANDLED; }, 0, \"x\", null);")]
    public Task Every_section_counts(string statements) => Test("void Test(bool c) { " + statements + " }");

    [Theory]
    [InlineData("[AtomicContext] void Test() { {|KMEM1002:lock|} (gate) n++; }")]
    [InlineData("[AtomicContext] int Test() { {|KMEM1002:lock|} (gate) { return n; } }")]
    [InlineData("[HoldsSpinlock(\"lk\")] void Test() { {|KMEM1002:lock|} (gate) n++; }")]
    [InlineData("[NeverSleeps] void Quiet() { {|KMEM1010:lock|} (gate) n++; }")]
    [InlineData("[NeverSleeps] void Quiet() { {|KMEM1010:Take()|}; } void Take() { lock (gate) n++; }")]
    [InlineData("irqreturn_t Handle(int irq, void* dev) { {|KMEM1002:lock|} (gate) n++; return irqreturn_t.IRQ_HANDLED; } void Setup() => request_irq(1, Handle, 0, \"x\", null);")]
    public Task Promises_and_bodies_that_are_atomic_as_a_whole(string members) => Test(members);

    [Theory]
    [InlineData("spin_unlock(ref lk); lock (gate) n++; spin_lock(ref lk);")]
    [InlineData("Action later = () => { lock (gate) n++; };")]
    [InlineData("void Later() { lock (gate) n++; }")]
    [InlineData("_ = Task.Run(() => { lock (gate) n++; });")]
    [InlineData("if (gate.TryEnter()) gate.Exit();")]
    [InlineData("if (gate.TryEnter(0)) gate.Exit();")]
    [InlineData("if (gate.TryEnter(TimeSpan.Zero)) gate.Exit();")]
    [InlineData("if (gate.IsHeldByCurrentThread) n++;")]
    [InlineData("other.Enter(); using (other.EnterScope()) n++;")]
    public Task What_does_not_wait_is_not_reported(string statements) => Test("readonly Other.Lock other = new();\n" + UnderSpinlock(statements));

    [Theory]
    [InlineData("void Test() { lock (gate) n++; spin_lock(ref lk); n++; spin_unlock(ref lk); lock (gate) n++; }")]
    [InlineData("[MightSleep] void Test() { lock (gate) n++; }")]
    [InlineData("void Test() { lock (gate) { spin_lock(ref lk); n++; spin_unlock(ref lk); msleep(1); } }")]
    [InlineData("void Test() { lock (gate) { lock (gate) n++; } }")]
    [InlineData("void Test() { Again(); void Again() { lock (gate) { if (n-- > 0) Again(); } } }")]
    [InlineData("int Test(int c) { lock (gate) { if (c == 1) return 1; if (c == 2) throw new Exception(); n++; } return 0; }")]
    [InlineData("void Test(int c) { while (true) { lock (gate) { if (c == 1) return; if (c == 2) break; if (c == 3) continue; if (c == 4) goto end; n++; } } end: n++; }")]
    [InlineData("void Test(int c) { foreach (Lock each in gates) { lock (each) { if (c == 1) return; } } }")]
    [InlineData("int Test(int c) { lock (gate) { spin_lock(ref lk); if (c == 1) { spin_unlock(ref lk); return 1; } n++; spin_unlock(ref lk); } return 0; }")]
    [InlineData("void Test() { lock (gate) { try { n++; return; } finally { n--; } } }")]
    [InlineData("int Property { get { lock (gate) return n; } set { lock (gate) n = value; } }")]
    [InlineData("IEnumerable<int> Test() { lock (gate) n++; yield return 1; lock (gate) n++; }")]
    public Task Outside_of_sections_it_is_no_section_of_its_own(string members) => Test(members);

    [Theory]
    [InlineData("class Safe { readonly Lock gate = new(); int n; async Task<int> Test() { lock (gate) n++; await Task.Yield(); lock (gate) return n; } }")]
    [InlineData("class Safe { readonly Lock gate = new(); int n; async Task Test(bool c) { lock (gate) { if (c) return; n++; } } }")]
    public Task Async_code_may_lock(string source) => Both(source);

    [Theory]
    [InlineData("int Test(int c) { lock (gate) { spin_lock(ref lk); if (c == 1) {|KMEM1004:return|} 1; spin_unlock(ref lk); } return 0; }")]
    [InlineData("void Test() { spin_lock(ref lk); {|KMEM1002:lock|} (gate) { {|KMEM1006:spin_lock(ref lk)|}; } }")]
    public Task Sections_inside_it_are_followed_as_elsewhere(string members) => Test("[MightSleep] void Nothing() { }\n" + members);

    [Theory]
    [InlineData("{|KMEM1002:lock|} ({|CS0103:missing|}) n++;")]
    [InlineData("{|KMEM1002:lock|} ({|CS1525:)|} n++;")]
    [InlineData("{|KMEM1002:lock|} ({|CS0185:n|}) n++;")]
    [InlineData("{|KMEM1002:lock|} ({|CS0119:Lock|}) n++;")]
    [InlineData("{|KMEM1002:lock|} (gate) {|CS0103:missing|}();")]
    [InlineData("{|KMEM1002:lock|} (gate) { return {|CS0103:missing|}; }")]
    public Task Broken_code_is_survived_and_waits_whatever_it_locks(string statements) => Test("[AtomicContext] object Test() { " + statements + " return o; }");

    [Theory]
    [InlineData("public sealed class Lock { public void EnterScope(int spins) { } }", "lock ({|CS0656:gate|}) n++;")]
    [InlineData("public sealed class Lock { }", "lock ({|CS0656:gate|}) n++;")]
    [InlineData("public sealed class Lock { public Scope EnterScope() => default; public ref struct Scope { public void Dispose() { } } }", "{|KMEM1002:lock|} (gate) n++;")]
    [InlineData("public sealed class Lock { public Scope EnterScope() => default; public ref struct Scope { public void Dispose() { } } }", "lock (gate) n++;", false)]
    public Task A_project_may_bring_the_type_itself(string type, string statement, bool isAtomic = true) => Both(
        "namespace System.Threading { " + type + " }\nclass Own { readonly Lock gate = new(); int n; " + (isAtomic ? "[AtomicContext]" : "") + " void Test() { " + statement + " } }");

    private static string UnderSpinlock(string statements) =>
        "void Test(Lock parameter, Lock? maybe, bool c)\n{\nspin_lock(ref lk);\n" + statements + "\nspin_unlock(ref lk);\n}\n";

    private static Task Test(string members) => Both(
        Driver + members + "\n}\nnamespace Other { class Lock { public void Enter() { } public IDisposable EnterScope() => null!; } }");

    private static async Task Both(string source)
    {
        await Verify.SourcesAsync(["#nullable enable\n" + source]);
        await Verify.SourcesAsync(["#nullable disable\n" + source]);
    }
}
