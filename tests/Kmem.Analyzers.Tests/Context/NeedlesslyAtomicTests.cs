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
    [InlineData("[NoIoContext] void Work() { msleep(1); kfree(kmalloc(8, GFP_ATOMIC)); }")]
    [InlineData("[NoFsContext, ProcessContext] void Work() { kfree(kmalloc(8, GFP_ATOMIC)); }")]
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

    private const string Helpers = """
        static void* Get(gfp_t f) => kmalloc(8, f); static void* GetAll(gfp_t f) { kfree(Get(f | __GFP_ZERO)); return Get(f); }
        static void* GetLocked(bool locks, gfp_t f) { if (locks) spin_lock(ref lk); var p = kmalloc(8, f); if (locks) spin_unlock(ref lk); return p; }

        """;

    [Theory]
    [InlineData("[ProcessContext] void Work() => kfree(Get({|KMEM1012:GFP_ATOMIC|}));")]
    [InlineData("void Work() { msleep(1); kfree(GetAll({|KMEM1012:GFP_ATOMIC | GFP_DMA|})); }")]
    [InlineData("[ProcessContext] void Work() => kfree(GetLocked(f: {|KMEM1012:GFP_ATOMIC|}, locks: false));")]
    [InlineData("[ProcessContext] void Work() { kfree(Inner({|KMEM1012:GFP_ATOMIC|})); void* Inner(gfp_t f) => kmalloc(8, f); }")]
    [InlineData("static void* Again(int n, gfp_t f) => n > 0 ? Again(n - 1, f) : kmalloc(8, f); [ProcessContext] void Work() => kfree(Again(2, {|KMEM1012:GFP_ATOMIC|}));")]
    [InlineData("[ProcessContext] void Work() { gfp_t f = GFP_ATOMIC; kfree(Get({|KMEM1012:f|})); }")]
    public Task Flags_that_a_helper_passes_on_are_reported_where_they_are_given(string members) => Verify.MembersAsync(Helpers + members);

    [Theory]
    [InlineData("void Work() => kfree(Get(GFP_ATOMIC));")]
    [InlineData("[ProcessContext] void Work() => kfree(GetLocked(true, GFP_ATOMIC));")]
    [InlineData("[ProcessContext] void Work() { spin_lock(ref lk); kfree(Get(GFP_ATOMIC)); spin_unlock(ref lk); }")]
    [InlineData("[ProcessContext] void Work(bool c) => kfree(Get(c ? GFP_ATOMIC : GFP_KERNEL));")]
    [InlineData("static void* Both(gfp_t f) { kfree(kmalloc(8, f)); spin_lock(ref lk); var p = kmalloc(8, f); spin_unlock(ref lk); return p; } [ProcessContext] void Work() => kfree(Both(GFP_ATOMIC));")]
    [InlineData("gfp_t kept; void* Keep(gfp_t f) { kept = f; return kmalloc(8, f); } [ProcessContext] void Work() => kfree(Keep(GFP_ATOMIC));")]
    [InlineData("static void* Tested(gfp_t f) => in_atomic() ? null : kmalloc(8, f); [ProcessContext] void Work() => kfree(Tested(GFP_ATOMIC));")]
    [InlineData("static void* Masked(gfp_t f) => kmalloc(8, f & ~__GFP_WAIT); [ProcessContext] void Work() => kfree(Masked(GFP_ATOMIC));")]
    [InlineData("static void* Preset(gfp_t f = GFP_ATOMIC) => kmalloc(8, f); [ProcessContext] void Work() { spin_lock(ref lk); kfree(Get(GFP_ATOMIC)); spin_unlock(ref lk); kfree(Preset()); }")]
    public Task Flags_that_a_helper_may_need_atomic_are_not(string members) => Verify.MembersAsync(Helpers + members);
}
