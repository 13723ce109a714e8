using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1008: the number of a CPU that the thread may leave at once.</summary>
public class PreemptibleProcessorIdTests
{
    [Theory]
    [InlineData("void Test() { int cpu = {|KMEM1008:smp_processor_id()|}; }")]
    [InlineData("public int Cpu => {|KMEM1008:smp_processor_id()|};")]
    [InlineData("void Test() { preempt_disable(); preempt_enable(); int cpu = {|KMEM1008:smp_processor_id()|}; }")]
    [InlineData("void Test(bool c) { if (c) preempt_disable(); int cpu = {|KMEM1008:smp_processor_id()|}; if (c) preempt_enable(); }")]
    [InlineData("[ProcessContext] void Work() { int cpu = {|KMEM1008:smp_processor_id()|}; }")]
    [InlineData("void Test(int[] hits) { for (int i = 0; i < 3; i++) hits[{|KMEM1008:Kernel.smp_processor_id()|}]++; }")]
    [InlineData("void Test() { int cpu = get_cpu(); put_cpu(); if (cpu != {|KMEM1008:smp_processor_id()|}) printk(\"moved\"); }")]
    [InlineData("void Test() { mutex_lock(m); int cpu = {|KMEM1008:smp_processor_id()|}; mutex_unlock(m); }")]
    [InlineData("void Test(page* p) { kmap(p); int cpu = {|KMEM1008:smp_processor_id()|}; kunmap(p); }")]
    public Task A_thread_that_may_move_is_reported(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("void Test() { preempt_disable(); int cpu = smp_processor_id(); preempt_enable(); }")]
    [InlineData("void Test() { spin_lock(ref lk); int cpu = smp_processor_id(); spin_unlock(ref lk); }")]
    [InlineData("void Test() { local_irq_save(out nuint f); int cpu = smp_processor_id(); local_irq_restore(f); }")]
    [InlineData("void Test() { get_cpu(); int cpu = smp_processor_id(); put_cpu(); }")]
    [InlineData("void Test() { rcu_read_lock(); int cpu = smp_processor_id(); rcu_read_unlock(); }")]
    [InlineData("[AtomicContext] void Handle() { int cpu = smp_processor_id(); }")]
    [InlineData("[HoldsSpinlock(\"lk\")] void Locked() { int cpu = smp_processor_id(); }")]
    [InlineData("void Test() { int cpu = raw_smp_processor_id(); }")]
    [InlineData("void Setup(timer_list t) => timer_setup(t, _ => printk(\"\" + smp_processor_id()));")]
    [InlineData("int Cpu() => smp_processor_id(); void Test() { preempt_disable(); Cpu(); preempt_enable(); }")]
    [InlineData("void Test() { preempt_disable(); Inner(); preempt_enable(); void Inner() { int cpu = smp_processor_id(); } }")]
    [InlineData("void Test() { Begin(); int cpu = smp_processor_id(); End(); } void Begin() => preempt_disable(); void End() => preempt_enable();")]
    [InlineData("[LeavesAtomic(\"preemption\")] void End() { int cpu = smp_processor_id(); preempt_enable(); }")]
    [InlineData("Func<int> Later() => () => smp_processor_id();")]
    public Task A_thread_that_stays_is_not(string members) => Verify.MembersAsync(members);
}
