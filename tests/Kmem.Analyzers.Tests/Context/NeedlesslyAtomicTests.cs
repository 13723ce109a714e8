using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1012: atomic flags where the code may sleep for certain.</summary>
public class NeedlesslyAtomicTests
{
    [Theory]
    [InlineData("[ProcessContext] void Work() { kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|})); }")]
    [InlineData("[ProcessContext] void Work() { kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC | GFP_DMA|})); }")]
    [InlineData("void Work() { msleep(1); kfree(kzalloc(8, {|KMEM1012:GFP_ATOMIC|})); }")]
    [InlineData("void Work() { mutex_lock(m); kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|})); mutex_unlock(m); }")]
    [InlineData("void Work() { kfree(kmalloc(8, GFP_KERNEL)); kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|})); }")]
    [InlineData("void Work(bool c) { if (c) msleep(1); else schedule(); kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|})); }")]
    [InlineData("void Work() { spin_lock(ref lk); spin_unlock(ref lk); msleep(1); kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|})); }")]
    [InlineData("void Setup(work_struct w) => INIT_WORK(w, _ => kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|})));")]
    [InlineData("void Work(work_struct w) { kfree(kmalloc(8, {|KMEM1012:GFP_ATOMIC|})); } void Setup(work_struct w) => INIT_WORK(w, Work);")]
    [InlineData("[ProcessContext] void Work(int n) { while (n-- > 0) free_page(__get_free_page({|KMEM1012:GFP_ATOMIC|})); }")]
    public Task An_allocation_that_might_wait_is_reported(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("void Work() { kfree(kmalloc(8, GFP_ATOMIC)); }")]
    [InlineData("void Work() { kfree(kmalloc(8, GFP_ATOMIC)); msleep(1); }")]
    [InlineData("void Work(bool c) { if (c) msleep(1); kfree(kmalloc(8, GFP_ATOMIC)); }")]
    [InlineData("[ProcessContext] void Work() { spin_lock(ref lk); kfree(kmalloc(8, GFP_ATOMIC)); spin_unlock(ref lk); }")]
    [InlineData("[ProcessContext] void Work() { rcu_read_lock(); kfree(kmalloc(8, GFP_ATOMIC)); rcu_read_unlock(); }")]
    [InlineData("[AtomicContext] void Work() { kfree(kmalloc(8, GFP_ATOMIC)); }")]
    [InlineData("[ProcessContext] void Work() { kfree(kmalloc(8, GFP_NOWAIT)); }")]
    [InlineData("[ProcessContext] void Work(gfp_t flags) { kfree(kmalloc(8, flags)); }")]
    [InlineData("[ProcessContext] void Work() { kfree(kmalloc(8, in_interrupt() ? GFP_ATOMIC : GFP_KERNEL)); }")]
    [InlineData("[ProcessContext] void Work() { if (in_atomic()) kfree(kmalloc(8, GFP_ATOMIC)); }")]
    [InlineData("void Work(bool c) { if (c) spin_lock(ref lk); else msleep(1); kfree(kmalloc(8, GFP_ATOMIC)); if (c) spin_unlock(ref lk); }")]
    [InlineData("[ProcessContext] void Setup(timer_list t) => timer_setup(t, _ => kfree(kmalloc(8, GFP_ATOMIC)));")]
    public Task An_allocation_that_may_have_to_be_atomic_is_not(string members) => Verify.MembersAsync(members);
}
