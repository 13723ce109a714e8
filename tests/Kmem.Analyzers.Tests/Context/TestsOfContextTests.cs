using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>Code that asks where it runs: what each of the four questions sees, and what its answers are taken for.</summary>
public class TestsOfContextTests
{
    [Theory]
    [InlineData("if (in_interrupt()) { udelay(1); } else { msleep(1); }")]
    [InlineData("spin_lock(ref lk); if (!in_atomic()) msleep(1); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); if (!in_interrupt()) msleep(1); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); if (!irqs_disabled()) msleep(1); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); if (preempt_count() == 0) msleep(1); spin_unlock(ref lk);")]
    [InlineData("local_irq_disable(); if (!irqs_disabled()) msleep(1); local_irq_enable();")]
    [InlineData("spin_lock_irqsave(ref lk, out nuint f); if (irqs_disabled()) udelay(1); else msleep(1); spin_unlock_irqrestore(ref lk, f);")]
    [InlineData("spin_lock(ref lk); void* p = kmalloc(8, in_interrupt() ? GFP_ATOMIC : GFP_KERNEL); spin_unlock(ref lk); kfree(p);")]
    [InlineData("spin_lock(ref lk); void* p = Get(); spin_unlock(ref lk); kfree(p); static void* Get() => kmalloc(8, in_interrupt() ? GFP_ATOMIC : GFP_KERNEL);")]
    [InlineData("spin_lock(ref lk); bool may = !in_interrupt(); n++; if (may) msleep(1); spin_unlock(ref lk);")]
    public Task Code_that_asks_before_it_sleeps_is_not_reported(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("spin_lock(ref lk); if (!in_interrupt()) udelay(1); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); if (in_interrupt()) {|KMEM1002:msleep(1)|}; spin_unlock(ref lk);")]
    [InlineData("if (!in_interrupt()) { spin_lock(ref lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); }")]
    [InlineData("spin_lock(ref lk2); if (!in_interrupt()) { spin_lock(ref lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); msleep(1); } spin_unlock(ref lk2);")]
    [InlineData("spin_lock(ref lk); if (!in_interrupt()) { if (condition) {|KMEM1004:return|}; } spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); if (!Busy()) { if (condition) {|KMEM1004:return|}; } spin_unlock(ref lk); static bool Busy() => in_interrupt();")]
    [InlineData("spin_lock(ref lk); if (in_interrupt()) { spin_unlock(ref lk); return; } {|KMEM1006:spin_lock(ref lk)|}; spin_unlock(ref lk); spin_unlock(ref lk);")]
    [InlineData("local_irq_disable(); if (!in_atomic()) { if (condition) {|KMEM1004:return|}; } local_irq_enable();")]
    [InlineData("spin_lock(ref lk); if (!irqs_disabled()) { if (condition) {|KMEM1004:return|}; } spin_unlock(ref lk);")]
    public Task What_the_question_does_not_see_is_still_open(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("spin_lock(ref lk); if (!in_atomic()) { if (condition) return; } spin_unlock(ref lk);")]
    [InlineData("preempt_disable(); if (preempt_count() == 0) { if (condition) return; } preempt_enable();")]
    [InlineData("local_bh_disable(); if (!in_interrupt()) { if (condition) return; } local_bh_enable();")]
    [InlineData("local_irq_disable(); if (!irqs_disabled()) { if (condition) return; } local_irq_enable();")]
    public Task An_answer_that_cannot_be_is_not_followed(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("[AtomicContext] void Handle() { if (!in_interrupt()) msleep(1); }")]
    [InlineData("[HoldsSpinlock(\"lk\")] void Locked() { if (!in_interrupt()) { Inner(); msleep(1); } {|KMEM1002:msleep(1)|}; } [HoldsSpinlock(\"lk\")] void Inner() { }")]
    [InlineData("void Work() { if (!in_interrupt()) kfree(kmalloc(8, GFP_ATOMIC)); }")]
    [InlineData("[ProcessContext] void Work() { if (in_interrupt()) kfree(kmalloc(8, GFP_ATOMIC)); }")]
    [InlineData("int A() { if (in_interrupt()) return smp_processor_id(); return -1; }")]
    [InlineData("int A() { if (irqs_disabled()) return smp_processor_id(); return -1; }")]
    [InlineData("int A() { if (preempt_count() == 0) return -1; return smp_processor_id(); }")]
    [InlineData("int A() { BUG_ON(!in_atomic()); return smp_processor_id(); }")]
    [InlineData("int A() { if (!in_atomic()) return {|KMEM1008:smp_processor_id()|}; return -1; }")]
    public Task Contracts_and_answers_go_together(string members) => Verify.MembersAsync(members);
}
