using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1006: a lock is taken where it is held, or saved flags are overwritten.</summary>
public class LockTakenTwiceTests
{
    [Theory]
    [InlineData("void Test() { spin_lock(ref lk); {|KMEM1006:spin_lock(ref lk)|}; spin_unlock(ref lk); spin_unlock(ref lk); }")]
    [InlineData("void Test(bool c) { if (c) spin_lock(ref lk); {|KMEM1006:spin_lock(ref lk)|}; spin_unlock(ref lk); if (c) spin_unlock(ref lk); }")]
    [InlineData("void Test(device d) { spin_lock(ref d.lk); {|KMEM1006:spin_lock_irqsave(ref d.lk, out nuint f)|}; spin_unlock_irqrestore(ref d.lk, f); spin_unlock(ref d.lk); }")]
    [InlineData("void Test(device d) { device e = d; spin_lock(ref d.lk); {|KMEM1006:spin_lock(ref e.lk)|}; spin_unlock(ref e.lk); spin_unlock(ref d.lk); }")]
    [InlineData("void Test(device d) { ref spinlock_t l = ref d.ring->lk; spin_lock(ref l); {|KMEM1006:spin_lock(ref d.ring->lk)|}; spin_unlock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Count() { spin_lock(ref lk); n++; spin_unlock(ref lk); } int n; void Test() { spin_lock(ref lk); {|KMEM1006:Count()|}; spin_unlock(ref lk); }")]
    [InlineData("static void Count(device d) { spin_lock(ref d.lk); spin_unlock(ref d.lk); } static void Deeper(device d) => Count(d); void Test(device d) { spin_lock(ref d.lk); {|KMEM1006:Deeper(d)|}; spin_unlock(ref d.lk); }")]
    [InlineData("static void Grab(ref spinlock_t l) => spin_lock(ref l); void Test() { Grab(ref lk); {|KMEM1006:Grab(ref lk)|}; spin_unlock(ref lk); spin_unlock(ref lk); }")]
    [InlineData("[HoldsSpinlock(\"lk\")] void Locked() { {|KMEM1006:spin_lock(ref lk)|}; spin_unlock(ref lk); }")]
    [InlineData("[HoldsSpinlock(\"d.lk\")] void Locked(device d) { {|KMEM1006:spin_lock(ref d.lk)|}; spin_unlock(ref d.lk); }")]
    [InlineData("void Count(bool locked) { if (!locked) spin_lock(ref lk); if (!locked) spin_unlock(ref lk); } void Test() { spin_lock(ref lk); {|KMEM1006:Count(false)|}; Count(true); spin_unlock(ref lk); }")]
    [InlineData("void Test(bool c) { while (true) { {|KMEM1006:spin_lock(ref lk)|}; if (c) continue; spin_unlock(ref lk); } }")]
    [InlineData("void Down(int n) { if (n == 0) return; spin_lock(ref lk); {|KMEM1006:Down(n - 1)|}; spin_unlock(ref lk); }")]
    [InlineData("spinlock_t own; void Test() { spin_lock(ref own); {|KMEM1006:Grab()|}; spin_unlock(ref own); void Grab() { spin_lock(ref own); spin_unlock(ref own); } }")]
    [InlineData("void Test(List<int> all) { spin_lock(ref lk); all.ForEach(_ => { {|KMEM1006:spin_lock(ref lk)|}; spin_unlock(ref lk); }); spin_unlock(ref lk); }")]
    [InlineData("rwlock_t rw; void Test() { read_lock(ref rw); {|KMEM1006:write_lock(ref rw)|}; write_unlock(ref rw); read_unlock(ref rw); }")]
    [InlineData("SpinLock sl; void Test() { bool a = false, b = false; sl.Enter(ref a); {|KMEM1006:sl.Enter(ref b)|}; sl.Exit(); sl.Exit(); }")]
    [InlineData("spinlock_t[] locks = new spinlock_t[4]; void Test(int i) { spin_lock(ref locks[i]); {|KMEM1006:spin_lock(ref locks[i])|}; spin_unlock(ref locks[i]); spin_unlock(ref locks[i]); }")]
    [InlineData("void Test() { spin_lock_irqsave(ref lk, out nuint f); {|KMEM1006:spin_lock_irqsave(ref lk2, out f)|}; spin_unlock_irqrestore(ref lk2, f); spin_unlock_irqrestore(ref lk, f); }")]
    [InlineData("nuint f; void Test() { local_irq_save(out f); {|KMEM1006:spin_lock_irqsave(ref lk, out f)|}; spin_unlock_irqrestore(ref lk, f); local_irq_restore(f); }")]
    public Task A_lock_that_is_held_is_reported(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("void Test() { spin_lock(ref lk); spin_unlock(ref lk); spin_lock(ref lk); spin_unlock(ref lk); }")]
    [InlineData("void Test(device a, device b) { spin_lock(ref a.lk); spin_lock(ref b.lk); spin_unlock(ref b.lk); spin_unlock(ref a.lk); }")]
    [InlineData("void Test(device d) { spin_lock(ref d.lk); spin_lock(ref d.ring->lk); spin_unlock(ref d.ring->lk); spin_unlock(ref d.lk); }")]
    [InlineData("void Test(device d) { spin_lock(ref d.lk); if (d.parent != null) { spin_lock(ref d.parent.lk); spin_unlock(ref d.parent.lk); } spin_unlock(ref d.lk); }")]
    [InlineData("void Test() { spin_lock(ref lk); if (spin_trylock(ref lk)) spin_unlock(ref lk); spin_unlock(ref lk); }")]
    [InlineData("rwlock_t rw; void Test() { read_lock(ref rw); read_lock(ref rw); read_unlock(ref rw); read_unlock(ref rw); }")]
    [InlineData("rwlock_t rw; void Inner() { read_lock(ref rw); read_unlock(ref rw); } void Test() { read_lock(ref rw); Inner(); read_unlock(ref rw); }")]
    [InlineData("spinlock_t[] locks = new spinlock_t[4]; void Test() { for (int i = 0; i < 4; i++) spin_lock(ref locks[i]); for (int i = 0; i < 4; i++) spin_unlock(ref locks[i]); }")]
    [InlineData("spinlock_t[] locks = new spinlock_t[4]; void Test(int i, int k) { spin_lock(ref locks[i]); spin_lock(ref locks[k]); spin_unlock(ref locks[k]); spin_unlock(ref locks[i]); }")]
    [InlineData("void Test(List<device> all) { foreach (var d in all) spin_lock(ref d.lk); foreach (var d in all) spin_unlock(ref d.lk); }")]
    [InlineData("void Test(device? d) { while (d != null) { spin_lock(ref d.lk); d = d.parent; } }")]
    [InlineData("extern device Find(int n); void Test(int n) { while (n-- > 0) { var d = Find(n); spin_lock(ref d.lk); } }")]
    [InlineData("void Test(int n) { spin_lock(ref lk); while (n-- > 0) { spin_unlock(ref lk); cond_resched(); spin_lock(ref lk); } spin_unlock(ref lk); }")]
    [InlineData("void Drops() { spin_unlock(ref lk); cond_resched(); spin_lock(ref lk); } void Test() { spin_lock(ref lk); Drops(); spin_unlock(ref lk); }")]
    [InlineData("[HoldsSpinlock(\"lk\")] void Drops() { spin_unlock(ref lk); cond_resched(); spin_lock(ref lk); }")]
    [InlineData("void Test(bool c) { if (c) spin_lock(ref lk); if (!c) spin_lock(ref lk); spin_unlock(ref lk); }")]
    [InlineData("void Count(bool locked) { if (!locked) spin_lock(ref lk); if (!locked) spin_unlock(ref lk); } void Test() { spin_lock(ref lk); Count(locked: true); spin_unlock(ref lk); }")]
    [InlineData("void Tree(int n) { spin_lock(ref lk); spin_unlock(ref lk); if (n > 0) Tree(n - 1); }")]
    [InlineData("void Test() { try { spin_lock(ref lk); printk(\"x\"); spin_unlock(ref lk); } catch (Exception) { spin_lock(ref lk); spin_unlock(ref lk); } }")]
    [InlineData("void Test() { spin_lock_irqsave(ref lk, out nuint f); spin_lock_irqsave(ref lk2, out nuint g); spin_unlock_irqrestore(ref lk2, g); spin_unlock_irqrestore(ref lk, f); }")]
    [InlineData("void Test() { spin_lock_irqsave(ref lk, out nuint f); spin_unlock_irqrestore(ref lk, f); spin_lock_irqsave(ref lk2, out f); spin_unlock_irqrestore(ref lk2, f); }")]
    [InlineData("void Test(int n) { while (n-- > 0) { spin_lock_irqsave(ref lk, out nuint f); spin_unlock_irqrestore(ref lk, f); } }")]
    [InlineData("void Move(device from, device to) { if (from == to) { spin_lock(ref from.lk); } else { spin_lock(ref from.lk); spin_lock(ref to.lk); spin_unlock(ref to.lk); } spin_unlock(ref from.lk); }")]
    [InlineData("void Test(List<int> all) { spin_lock(ref lk); all.ForEach(_ => { spin_lock(ref lk2); spin_unlock(ref lk2); spin_unlock(ref lk); msleep(1); spin_lock(ref lk); }); spin_unlock(ref lk); }")]
    [InlineData("Action Later() => () => { spin_lock(ref lk); spin_unlock(ref lk); }; void Test() { spin_lock(ref lk); var a = Later(); spin_unlock(ref lk); a(); }")]
    public Task A_lock_that_is_free_is_not(string members) => Verify.MembersAsync(members);

    [Fact]
    public async Task The_message_names_the_lock_and_where_it_was_taken()
    {
        var expected = Verify.Report("KMEM1006").WithLocation(1).WithLocation(0)
            .WithMessage("'spin_lock' takes spinlock 'dev.lk', which is held here already: it waits for itself for ever");
        await Verify.StatementsAsync("{|#0:spin_lock(ref dev.lk)|}; {|#1:spin_lock(ref dev.lk)|}; spin_unlock(ref dev.lk); spin_unlock(ref dev.lk);", expected);
    }
}
