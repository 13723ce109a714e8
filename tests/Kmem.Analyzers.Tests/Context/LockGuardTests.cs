using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>Objects that take a lock when they are made, and drop it when they are disposed of if a flag of theirs says that they have it.</summary>
public class LockGuardTests
{
    private const string Guards = """
        ref struct Guard { ref SpinLock l; bool taken; public Guard(ref SpinLock l) { this.l = ref l; taken = false; this.l.Enter(ref taken); } public void Dispose() { if (taken) l.Exit(); } }
        ref struct Once { ref SpinLock l; bool taken; public Once(ref SpinLock l) { this.l = ref l; this.l.Enter(ref taken); } public void Dispose() { if (!taken) return; taken = false; l.Exit(false); } }
        ref struct Try { ref SpinLock l; bool taken; public Try(ref SpinLock l) { this.l = ref l; taken = false; this.l.TryEnter(ref taken); } public bool Taken => taken; public void Dispose() { if (taken) l.Exit(); } }
        ref struct IrqGuard { ref spinlock_t l; nuint flags; bool held; public IrqGuard(ref spinlock_t l) { this.l = ref l; spin_lock_irqsave(ref l, out flags); held = true; } public void Dispose() { if (held) spin_unlock_irqrestore(ref l, flags); held = false; } }
        sealed class Gate { public SpinLock Lock = new(false); }
        struct Held : IDisposable { readonly Gate gate; bool taken; public Held(Gate gate) { this.gate = gate; taken = false; gate.Lock.Enter(ref taken); } public void Dispose() { if (taken) { gate.Lock.Exit(); taken = false; } } }
        SpinLock sl; int count; readonly Gate gate = new(); bool uses, taken;
        static Held Hold(Gate gate) { var held = new Held(gate); return held; }
        void LeaveOwn() { if (sl.IsHeldByCurrentThread) sl.Exit(); }
        void LeaveTaken() { if (taken) sl.Exit(); }

        """;

    [Theory]
    [InlineData("using var g = new Guard(ref sl); count++;")]
    [InlineData("using (new Guard(ref sl)) { if (n == 1) return; count++; }")]
    [InlineData("var g = new Guard(ref sl); try { a(); } finally { g.Dispose(); }")]
    [InlineData("var g = new Guard(ref sl); count++; g.Dispose();")]
    [InlineData("using var o = new Once(ref sl); a(); if (n == 1) throw new Exception();")]
    [InlineData("using var i = new IrqGuard(ref lk); count++;")]
    [InlineData("using var h = new Held(gate); count++;")]
    [InlineData("using (Hold(gate)) count++;")]
    [InlineData("using var t = new Try(ref sl); if (!t.Taken) return; count++;")]
    [InlineData("using (var t = new Try(ref sl)) { if (t.Taken) { count++; return; } } a();")]
    [InlineData("bool t = false; sl.Enter(ref t); a(); LeaveOwn();")]
    [InlineData("taken = false; sl.Enter(ref taken); a(); LeaveTaken();")]
    [InlineData("for (int i = 0; i < n; i++) { using var g = new Guard(ref sl); if (count == i) continue; count++; }")]
    public Task A_guard_that_asks_its_flag_leaves_the_lock(string statements) =>
        Verify.CompleteAsync(Guards + "void Test(Action a, int n) { " + statements + " }");

    [Theory]
    [InlineData("var g = new Guard(ref sl); if (n == 1) {|KMEM1004:return|}; g.Dispose();")]
    [InlineData("using var g = new Guard(ref sl); {|KMEM1002:Thread.Sleep(1)|};")]
    [InlineData("using (Hold(gate)) { {|KMEM1002:Thread.Sleep(1)|}; }")]
    [InlineData("using (var t = new Try(ref sl)) { if (t.Taken) {|KMEM1002:Thread.Sleep(1)|}; else Thread.Sleep(2); }")]
    [InlineData("bool t = false; sl.Enter(ref t); if (n == 1) {|KMEM1004:return|}; LeaveOwn();")]
    [InlineData("using (new IrqGuard(ref lk)) { {|KMEM1002:msleep(1)|}; } msleep(1);")]
    public Task What_is_wrong_around_guards_is_reported(string statements) =>
        Verify.CompleteAsync(Guards + "void Test(Action a, int n) { " + statements + " }");

    [Fact]
    public Task A_guard_that_keeps_a_reference_takes_that_lock() => Verify.CompleteAsync("""
        ref struct Guard { ref spinlock_t l; public Guard(ref spinlock_t l) { this.l = ref l; spin_lock(ref this.l); } public void Dispose() => spin_unlock(ref l); }
        int count;
        [HoldsSpinlock("lk")] void Push() => count++;
        void Held() { using (new Guard(ref lk)) Push(); }
        void Other() { using (new Guard(ref lk2)) {|KMEM1009:Push()|}; }
        void Both() { using var a = new Guard(ref lk); using var b = new Guard(ref lk2); Push(); }
        void Nested() { using (new Guard(ref lk)) { using ({|KMEM1006:new Guard(ref lk)|}) count++; } }
        void Again() { using (new Guard(ref lk)) {|KMEM1006:Held()|}; }
        void Taken() { using (new Guard(ref lk)) { {|KMEM1006:spin_lock(ref lk)|}; spin_unlock(ref lk); } }
        void Free() { using (new Guard(ref lk)) count++; using (new Guard(ref lk)) count++; Held(); msleep(1); }
        """);

    [Fact]
    public Task An_argument_that_tells_whether_to_leave_is_taken_at_its_word() => Verify.CompleteAsync("""
        SpinLock sl;
        void Leave(bool taken) { if (taken) sl.Exit(); }
        void Good(Action a) { bool t = false; try { sl.Enter(ref t); a(); } finally { Leave(t); } }
        void Bad(Action a, bool maybe) { bool t = false; sl.Enter(ref t); a(); Leave(maybe); {|KMEM1004:}|}
        """);
}
