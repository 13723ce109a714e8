using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1005: a section or lock is left that is not open.</summary>
public class NeedlessLeaveTests
{
    [Theory]
    [InlineData("spin_lock(ref lk); spin_unlock(ref lk); {|KMEM1005:spin_unlock(ref lk)|};")]
    [InlineData("spin_lock(ref lk); if (condition) spin_unlock(ref lk); {|KMEM1005:spin_unlock(ref lk)|};")]
    [InlineData("spin_lock(ref lk); if (condition) { spin_unlock(ref lk); goto out_unlock; } n++; out_unlock: {|KMEM1005:spin_unlock(ref lk)|};")]
    [InlineData("spin_lock_irqsave(ref dev.lk, out nuint f); try { if (condition) { spin_unlock_irqrestore(ref dev.lk, f); return; } } finally { {|KMEM1005:spin_unlock_irqrestore(ref dev.lk, f)|}; }")]
    [InlineData("spin_lock(ref lk); for (int i = 0; i < n; i++) { {|KMEM1005:spin_unlock(ref lk)|}; }")]
    [InlineData("preempt_disable(); preempt_enable(); {|KMEM1005:preempt_enable()|};")]
    [InlineData("rcu_read_lock(); if (condition) rcu_read_unlock(); {|KMEM1005:rcu_read_unlock()|};")]
    [InlineData("int cpu = get_cpu(); put_cpu(); {|KMEM1005:put_cpu()|};")]
    [InlineData("local_irq_save(out nuint f); local_irq_restore(f); if (condition) {|KMEM1005:local_irq_restore(f)|};")]
    [InlineData("spin_unlock(ref lk); msleep(1); {|KMEM1005:spin_unlock(ref lk)|};")]
    [InlineData("spin_unlock(ref dev.lk); if (condition) {|KMEM1005:spin_unlock(ref dev.lk)|};")]
    [InlineData("spin_lock(ref lk); spin_lock(ref lk2); spin_unlock(ref lk2); {|KMEM1005:spin_unlock(ref lk2)|}; spin_unlock(ref lk);")]
    [InlineData("if (condition) spin_lock(ref lk); n++; {|KMEM1005:spin_unlock(ref lk)|};")]
    [InlineData("ring* r = dev.ring; spin_lock(ref r->lk); spin_unlock(ref dev.ring->lk); {|KMEM1005:spin_unlock(ref r->lk)|};")]
    [InlineData("spin_lock(ref lk); Drop(); {|KMEM1005:spin_unlock(ref lk)|}; static void Drop() => spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); spin_unlock(ref lk); {|KMEM1005:Drop()|}; static void Drop() => spin_unlock(ref lk);")]
    [InlineData("if (!spin_trylock(ref lk)) return; spin_unlock(ref lk); if (other) {|KMEM1005:spin_unlock(ref lk)|};")]
    [InlineData("SpinLock sl = default; bool taken = false; sl.Enter(ref taken); sl.Exit(); {|KMEM1005:sl.Exit()|};")]
    [InlineData("Action a = () => { spin_lock(ref lk); spin_unlock(ref lk); {|KMEM1005:spin_unlock(ref lk)|}; }; a();")]
    public Task A_leave_too_many_is_reported(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("[AtomicContext] void Handle() { {|KMEM1005:spin_unlock(ref lk)|}; }")]
    [InlineData("[ProcessContext] void Work() { {|KMEM1005:preempt_enable()|}; printk(\"x\"); }")]
    [InlineData("void Setup(timer_list t) => timer_setup(t, _ => {|KMEM1005:spin_unlock(ref lk)|});")]
    [InlineData("irqreturn_t Handle(int irq, void* d) { {|KMEM1005:spin_unlock(ref lk)|}; return irqreturn_t.IRQ_HANDLED; } void Setup() => request_irq(1, Handle, 0, \"x\", null);")]
    [InlineData("[AcquiresSpinlock(\"lk\")] void Grab() { spin_lock(ref lk); {|KMEM1005:spin_unlock(ref lk2)|}; }")]
    [InlineData("[ReleasesSpinlock(\"lk\")] void Drop() { spin_unlock(ref lk); {|KMEM1005:spin_unlock(ref lk)|}; }")]
    [InlineData("[HoldsSpinlock(\"lk\")] void Drops() { spin_unlock(ref lk); {|KMEM1005:spin_unlock(ref lk)|}; }")]
    public Task A_leave_that_the_contract_rules_out_is_reported(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("void Drop() => spin_unlock(ref lk);")]
    [InlineData("void Drop(device d, bool both) { spin_unlock(ref d.lk); if (both) spin_unlock(ref lk); }")]
    [InlineData("void DropBoth(device a, device b) { spin_unlock(ref a.lk); spin_unlock(ref b.lk); }")]
    [InlineData("void DropAll(device[] devs) { foreach (var d in devs) spin_unlock(ref d.lk); }")]
    [InlineData("void DropAll(spinlock_t[] locks) { for (int i = 0; i < locks.Length; i++) spin_unlock(ref locks[i]); }")]
    [InlineData("void DropUp(device? d) { while (d != null) { spin_unlock(ref d.lk); d = d.parent; } }")]
    [InlineData("void Leave() { preempt_enable(); preempt_enable(); }")]
    [InlineData("void Drops() { spin_unlock(ref lk); msleep(1); spin_lock(ref lk); spin_unlock(ref lk); msleep(1); spin_lock(ref lk); }")]
    [InlineData("void Drops(int n) { while (n-- > 0) { spin_unlock(ref lk); msleep(1); spin_lock(ref lk); } }")]
    [InlineData("[HoldsSpinlock] void Drops() { spin_unlock(ref lk); spin_lock(ref lk); }")]
    [InlineData("[HoldsSpinlock(\"lk\")] void Other() { spin_unlock(ref lk2); }")]
    [InlineData("[ReleasesSpinlock(\"lk\")] void Drop() { if (n > 1) { spin_unlock(ref lk); return; } n++; spin_unlock(ref lk); } int n;")]
    [InlineData("[LeavesAtomic(\"preemption\")] void Leave() => preempt_enable();")]
    [InlineData("[AtomicContext] class Irq { void Drop() => spin_unlock(ref lk); }")]
    [InlineData("void Test(bool c) { if (c) spin_lock(ref lk); if (c) spin_unlock(ref lk); }")]
    [InlineData("void Test(device d) { if (d.buf != null) spin_lock(ref lk); Unknown(d); if (d.buf != null) spin_unlock(ref lk); } static extern void Unknown(device d);")]
    [InlineData("void Test(int n) { spin_lock(ref lk); try { if (n == 1) return; } finally { spin_unlock(ref lk); } spin_lock(ref lk); spin_unlock(ref lk); }")]
    [InlineData("void Test() { spin_lock(ref lk); try { printk(\"x\"); spin_unlock(ref lk); } catch (Exception) { spin_unlock(ref lk); } }")]
    [InlineData("void Test(int n) { spin_lock(ref lk); if (n == 1) goto a; spin_unlock(ref lk); return; a: n++; spin_unlock(ref lk); }")]
    [InlineData("void Test() { spin_lock_irqsave(ref lk, out nuint f); spin_unlock(ref lk); local_irq_restore(f); }")]
    [InlineData("void Test(bool c) { spin_lock(ref lk); if (c) { spin_unlock(ref lk); BUG(); } spin_unlock(ref lk); }")]
    [InlineData("void Deep(int n) { spin_unlock(ref lk); if (n > 0) { spin_lock(ref lk); Deep(n - 1); } }")]
    public Task A_helper_that_leaves_for_its_caller_is_not(string members) => Verify.MembersAsync(members);

    [Fact]
    public async Task The_message_says_why()
    {
        var twice = Verify.Report("KMEM1005").WithLocation(1).WithLocation(0)
            .WithMessage("'spin_unlock' leaves spinlock 'dev.lk', which this method has left already");
        await Verify.StatementsAsync("spin_lock(ref dev.lk); {|#0:spin_unlock(ref dev.lk)|}; {|#1:spin_unlock(ref dev.lk)|};", twice);
    }
}
