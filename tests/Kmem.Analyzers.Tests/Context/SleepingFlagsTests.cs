using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1001 where the flags and the section stand in one method.</summary>
public class SleepingFlagsTests
{
    [Theory]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kzalloc(8, {|KMEM1001:GFP_NOIO|}); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(flags: {|KMEM1001:GFP_KERNEL|}, size: 8); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, {|KMEM1001:gfp_t.GFP_DMA | gfp_t.GFP_KERNEL|}); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, {|KMEM1001:(gfp_t)0x10|}); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = alloc_pages({|KMEM1001:GFP_HIGHUSER|}, 2); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); nuint p = __get_free_page({|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); nuint p = get_zeroed_page({|KMEM1001:GFP_USER|}); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc_array(4, 8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = krealloc(null, 8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref dev.lk); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref dev.lk);")]
    [InlineData("spin_lock(ref dev.ring->lk); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref dev.ring->lk);")]
    [InlineData("spin_lock(ref dev.parent!.lk); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref dev.parent!.lk);")]
    [InlineData("spin_lock_irq(ref lk); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock_irq(ref lk);")]
    [InlineData("spin_lock_bh(ref lk); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock_bh(ref lk);")]
    [InlineData("spin_lock_irqsave(ref lk, out var f); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock_irqrestore(ref lk, f);")]
    [InlineData("preempt_disable(); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); preempt_enable();")]
    [InlineData("local_irq_disable(); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); local_irq_enable();")]
    [InlineData("local_irq_save(out var f); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); local_irq_restore(f);")]
    [InlineData("local_bh_disable(); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); local_bh_enable();")]
    [InlineData("if (spin_trylock(ref lk)) { var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk); }")]
    [InlineData("if (!spin_trylock(ref lk)) return; var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk);")]
    [InlineData("bool got = spin_trylock(ref lk); if (got) { var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk); }")]
    [InlineData("if (condition) spin_lock(ref lk); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); if (condition) spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); spin_lock(ref lk2); spin_unlock(ref lk2); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); spin_lock(ref lk2); spin_unlock(ref lk); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk2);")]
    [InlineData("preempt_disable(); preempt_disable(); preempt_enable(); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); preempt_enable();")]
    [InlineData("spin_lock(ref lk); if (!in_atomic()) { } var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk);")]
    [InlineData("ref var l = ref dev.lk; spin_lock(ref l); var p = kmalloc(8, {|KMEM1001:GFP_KERNEL|}); spin_unlock(ref dev.lk);")]
    public Task A_sleeping_allocation_in_a_section_is_reported(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, GFP_ATOMIC); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, GFP_NOWAIT); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, GFP_DMA | GFP_ATOMIC); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, GFP_KERNEL & ~__GFP_WAIT); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, GFP_KERNEL ^ __GFP_WAIT); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, default); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); spin_unlock(ref lk); var p = kmalloc(8, GFP_KERNEL);")]
    [InlineData("var p = kmalloc(8, GFP_KERNEL); spin_lock(ref lk); spin_unlock(ref lk); kfree(p);")]
    [InlineData("if (!spin_trylock(ref lk)) { var p = kmalloc(8, GFP_KERNEL); return; } spin_unlock(ref lk);")]
    [InlineData("bool got = spin_trylock(ref lk); if (!got) { var p = kmalloc(8, GFP_KERNEL); } if (got) spin_unlock(ref lk);")]
    [InlineData("bool got = condition && spin_trylock(ref lk); if (!got) { var p = kmalloc(8, GFP_KERNEL); } else spin_unlock(ref lk);")]
    [InlineData("int got = spin_trylock(ref lk) ? 1 : 0; if (got == 0) { var p = kmalloc(8, GFP_KERNEL); } else spin_unlock(ref lk);")]
    [InlineData("if (condition) spin_lock(ref lk); if (!condition) { var p = kmalloc(8, GFP_KERNEL); } if (condition) spin_unlock(ref lk);")]
    [InlineData("if (n > 3) spin_lock(ref lk); if (n <= 3) { var p = kmalloc(8, GFP_KERNEL); } if (n > 3) spin_unlock(ref lk);")]
    [InlineData("if (n == 3) spin_lock(ref lk); if (n != 3) { var p = kmalloc(8, GFP_KERNEL); } if (n == 3) spin_unlock(ref lk);")]
    [InlineData("bool locked = false; if (condition) { spin_lock(ref lk); locked = true; } if (!locked) { var p = kmalloc(8, GFP_KERNEL); } if (locked) spin_unlock(ref lk);")]
    [InlineData("bool no = !condition; if (condition) spin_lock(ref lk); if (no) { var p = kmalloc(8, GFP_KERNEL); } if (condition) spin_unlock(ref lk);")]
    [InlineData("if (condition && other) spin_lock(ref lk); if (!condition) { var p = kmalloc(8, GFP_KERNEL); } if (condition && other) spin_unlock(ref lk);")]
    [InlineData("bool both = condition && other; if (both) spin_lock(ref lk); if (!both) { var p = kmalloc(8, GFP_KERNEL); } if (both) spin_unlock(ref lk);")]
    [InlineData("int held = 0; if (condition) { spin_lock(ref lk); held++; } if (held == 0) { var p = kmalloc(8, GFP_KERNEL); } if (held != 0) spin_unlock(ref lk);")]
    [InlineData("var f = condition ? GFP_ATOMIC : GFP_KERNEL; if (condition) spin_lock(ref lk); var p = kmalloc(8, f); if (condition) spin_unlock(ref lk);")]
    [InlineData("var f = GFP_KERNEL; if (condition) { spin_lock(ref lk); f = GFP_ATOMIC; } var p = kmalloc(8, f); if (condition) spin_unlock(ref lk);")]
    [InlineData("if (condition) spin_lock(ref lk); var p = kmalloc(8, condition ? GFP_ATOMIC : GFP_KERNEL); if (condition) spin_unlock(ref lk);")]
    [InlineData("if (o != null) spin_lock(ref lk); if (o == null) { var p = kmalloc(8, GFP_KERNEL); } if (o != null) spin_unlock(ref lk);")]
    [InlineData("if (o is null) { var p = kmalloc(8, GFP_KERNEL); return; } spin_lock(ref lk); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, flags); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, dev.flags); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); var p = kmalloc(8, flags & ~__GFP_WAIT); spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); if ((flags & __GFP_WAIT) == 0) { var p = kmalloc(8, flags); } spin_unlock(ref lk);")]
    [InlineData("mutex_lock(m); var p = kmalloc(8, GFP_KERNEL); mutex_unlock(m);")]
    [InlineData("spin_lock(ref lk); spin_unlock(ref lk); return; var p = kmalloc(8, GFP_KERNEL);")]
    [InlineData("spin_lock(ref lk); if (false) { var p = kmalloc(8, GFP_KERNEL); } spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); BUG(); var p = kmalloc(8, GFP_KERNEL);")]
    [InlineData("spin_lock(ref lk); BUG_ON(condition); if (condition) { var p = kmalloc(8, GFP_KERNEL); } spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); throw new InvalidOperationException(); var p = kmalloc(8, GFP_KERNEL);")]
    [InlineData("while (!spin_trylock(ref lk)) { var p = kmalloc(8, GFP_KERNEL); } spin_unlock(ref lk);")]
    [InlineData("spin_lock(ref lk); _ = nameof(kmalloc); spin_unlock(ref lk);")]
    public Task What_does_not_sleep_or_is_not_in_the_section_is_not(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("class Dev { spinlock_t own; readonly gfp_t mask = GFP_KERNEL; void Test() { spin_lock(ref own); kfree(kmalloc(8, {|KMEM1001:mask|})); spin_unlock(ref own); } }")]
    [InlineData("class Dev { spinlock_t own; readonly gfp_t mask; Dev(int n) { mask = GFP_KERNEL; } Dev() : this(3) { } void Test() { spin_lock(ref own); kfree(kmalloc(8, {|KMEM1001:mask|})); spin_unlock(ref own); } }")]
    [InlineData("class Dev { public readonly gfp_t mask = GFP_NOFS; } static void Test(Dev d) { preempt_disable(); kfree(kmalloc(8, {|KMEM1001:d.mask|})); preempt_enable(); }")]
    [InlineData("class Dev { spinlock_t own; readonly gfp_t mask = GFP_ATOMIC; Dev() => mask = GFP_KERNEL; void Test() { spin_lock(ref own); kfree(kmalloc(8, {|KMEM1001:mask|})); spin_unlock(ref own); } }")]
    public Task Flags_that_every_object_has_in_a_read_only_field_are_known(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("class Dev { spinlock_t own; readonly gfp_t mask = GFP_KERNEL; Dev(gfp_t given) { mask = given; } void Test() { spin_lock(ref own); kfree(kmalloc(8, mask)); spin_unlock(ref own); } }")]
    [InlineData("class Dev { spinlock_t own; readonly gfp_t mask; Dev(bool slow) { if (slow) mask = GFP_KERNEL; else mask = GFP_ATOMIC; } void Test() { spin_lock(ref own); kfree(kmalloc(8, mask)); spin_unlock(ref own); } }")]
    [InlineData("class Dev { spinlock_t own; readonly gfp_t mask = GFP_KERNEL; Dev() { Choose(out mask); } static void Choose(out gfp_t m) => m = GFP_ATOMIC; void Test() { spin_lock(ref own); kfree(kmalloc(8, mask)); spin_unlock(ref own); } }")]
    [InlineData("class Dev { spinlock_t own; readonly gfp_t mask = GFP_KERNEL; int Speed { init => mask = GFP_ATOMIC; } void Test() { spin_lock(ref own); kfree(kmalloc(8, mask)); spin_unlock(ref own); } }")]
    [InlineData("struct Dev { spinlock_t own; readonly gfp_t mask = GFP_KERNEL; public Dev() { } void Test() { spin_lock(ref own); kfree(kmalloc(8, mask)); spin_unlock(ref own); } }")]
    [InlineData("class Dev(bool slow) { spinlock_t own; readonly gfp_t mask = slow ? GFP_KERNEL : GFP_ATOMIC; void Test() { spin_lock(ref own); kfree(kmalloc(8, mask)); spin_unlock(ref own); } }")]
    public Task Flags_that_objects_may_differ_in_are_not(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("class Dev { spinlock_t own; readonly gfp_t mask = GFP_KERNEL; extern Dev(gfp_t mask); void Test() { spin_lock(ref own); kfree(kmalloc(8, mask)); spin_unlock(ref own); } }")]
    public Task A_constructor_without_a_body_may_set_flags(string members) => Verify.MembersAsync(members);

    [Fact]
    public Task Flags_that_are_a_parameters_default_are_named_in_the_message() => Verify.MembersAsync(
        "static void* Get(nuint n, gfp_t f = GFP_KERNEL) => {|#2:kmalloc(n, f)|}; static void Test() { {|#1:spin_lock(ref lk)|}; kfree({|#0:Get(8)|}); spin_unlock(ref lk); }",
        Verify.Report("KMEM1001").WithLocation(0).WithLocation(1).WithLocation(2).WithMessage("'Get' may sleep with flags 'GFP_KERNEL' while spinlock 'lk' is held"));
}
