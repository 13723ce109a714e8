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

    [Theory]
    [InlineData("void Test() { Inner(); void Inner() { int cpu = {|KMEM1008:smp_processor_id()|}; } }")]
    [InlineData("void Test() { preempt_disable(); Inner(); preempt_enable(); Inner(); int Inner() => {|KMEM1008:smp_processor_id()|}; }")]
    [InlineData("void Test() { Func<int> f = () => {|KMEM1008:smp_processor_id()|}; f(); }")]
    [InlineData("void Test() { Action f = delegate { printk(\"\" + {|KMEM1008:smp_processor_id()|}); }; f(); }")]
    [InlineData("void Test() { Outer(); void Outer() { Inner(); int Inner() => {|KMEM1008:smp_processor_id()|}; } }")]
    [InlineData("void Test() { Inner(false); void Inner(bool pin) { if (pin) preempt_disable(); int cpu = {|KMEM1008:smp_processor_id()|}; if (pin) preempt_enable(); } }")]
    [InlineData("void Test() { Inner(3); void Inner(int n) { if (n > 0) Inner(n - 1); int cpu = {|KMEM1008:smp_processor_id()|}; } }")]
    [InlineData("void Test() { foreach (int i in Items()) { } IEnumerable<int> Items() { yield return {|KMEM1008:smp_processor_id()|}; } }")]
    [InlineData("void Test(List<int> list) => list.ForEach(_ => printk(\"\" + {|KMEM1008:smp_processor_id()|}));")]
    [InlineData("void Setup(work_struct w) => INIT_WORK(w, _ => { Inner(); int Inner() => {|KMEM1008:smp_processor_id()|}; });")]
    public Task A_function_that_is_called_where_the_thread_may_move_is_reported(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("void Test() { preempt_disable(); Inner(); preempt_enable(); int Inner() => smp_processor_id(); }")]
    [InlineData("void Test() { Func<int> f = () => smp_processor_id(); preempt_disable(); f(); preempt_enable(); }")]
    [InlineData("void Test() { Outer(); void Outer() { get_cpu(); Inner(); put_cpu(); int Inner() => smp_processor_id(); } }")]
    [InlineData("void Test() { Inner(true); void Inner(bool pin) { if (pin) preempt_disable(); int cpu = smp_processor_id(); if (pin) preempt_enable(); } }")]
    [InlineData("void Test() { if (in_atomic()) Inner(); int Inner() => smp_processor_id(); }")]
    [InlineData("Func<int> Test() { return Inner; int Inner() => smp_processor_id(); }")]
    [InlineData("IEnumerable<int> Test() { return Items(); IEnumerable<int> Items() { yield return smp_processor_id(); } }")]
    [InlineData("void Test(List<int> list) { preempt_disable(); list.ForEach(_ => printk(\"\" + smp_processor_id())); preempt_enable(); }")]
    [InlineData("extern void Keep(Func<int> f); void Test() => Keep(() => smp_processor_id());")]
    public Task A_function_whose_callers_pin_the_thread_is_not(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("int Cpu() => {|KMEM1008:smp_processor_id()|}; public void Good() { preempt_disable(); Cpu(); preempt_enable(); } public void Bad() => Cpu();")]
    [InlineData("int Cpu => {|KMEM1008:smp_processor_id()|}; public int Bad() => Cpu;")]
    [InlineData("int Cpu() => {|KMEM1008:smp_processor_id()|}; int Twice() => Cpu() + Cpu(); public void Bad() => Twice();")]
    [InlineData("int Cpu() => {|KMEM1008:smp_processor_id()|}; [ProcessContext] public void Work() => Cpu();")]
    [InlineData("int Cpu() => {|KMEM1008:smp_processor_id()|}; public void Setup(work_struct w) => INIT_WORK(w, Work); void Work(work_struct w) => Cpu();")]
    [InlineData("int Cpu() => {|KMEM1008:smp_processor_id()|}; public void Setup(work_struct w) => INIT_WORK(w, _ => Cpu());")]
    [InlineData("int Cpu(int n) => n > 0 ? Cpu(n - 1) : {|KMEM1008:smp_processor_id()|}; public void Bad() => Cpu(3);")]
    [InlineData("int Even(int n) => n > 0 ? Odd(n - 1) : {|KMEM1008:smp_processor_id()|}; int Odd(int n) => Even(n - 1); public void Bad() => Odd(3);")]
    [InlineData("int Cpu() { return Inner(); int Inner() => {|KMEM1008:smp_processor_id()|}; } public void Bad() => Cpu();")]
    [InlineData("sealed class Inner { public int Read(Driver d) => d.Cpu(); } int Cpu() => {|KMEM1008:smp_processor_id()|};")]
    public Task A_private_method_that_is_called_where_the_thread_may_move_is_reported(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("int Cpu => smp_processor_id(); public void Good() { preempt_disable(); int cpu = Cpu; preempt_enable(); }")]
    [InlineData("int Cpu() => smp_processor_id(); int Twice() => Cpu() + Cpu(); public void Good() { rcu_read_lock(); Twice(); rcu_read_unlock(); }")]
    [InlineData("int Cpu() => smp_processor_id(); [AtomicContext] public void Handle() => Cpu();")]
    [InlineData("int Cpu() => smp_processor_id(); public void Setup(timer_list t) => timer_setup(t, Tick); void Tick(timer_list t) => Cpu();")]
    [InlineData("int Cpu() => smp_processor_id(); public void Setup(timer_list t) => timer_setup(t, _ => Cpu());")]
    [InlineData("int Cpu() => smp_processor_id(); public void Test() { if (in_atomic()) Cpu(); }")]
    [InlineData("int Cpu() => smp_processor_id(); extern void Keep(Func<int> f); public void Test() => Keep(() => Cpu());")]
    public Task A_private_method_whose_callers_pin_the_thread_is_not(string members) => Verify.MembersAsync(members);

    [Fact]
    public Task The_report_tells_of_the_call_that_came_without() => Verify.MembersAsync(
        "int Cpu() => {|#0:smp_processor_id()|}; public void Bad() => {|#1:Cpu()|};",
        Verify.Report("KMEM1008").WithLocation(0).WithLocation(1).WithArguments("smp_processor_id"));
}
