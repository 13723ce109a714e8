using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>KMEM1013: a lock is copied, and the copy is locked.</summary>
public class CopiedLockTests
{
    private const string Boxed = """
        interface ILock { [AcquiresSpinlock] void Take(); [ReleasesSpinlock] void Drop(); }
        struct Own : ILock { [AcquiresSpinlock] public void Take() { } [ReleasesSpinlock] public void Drop() { } }

        """;

    [Theory]
    [InlineData("readonly SpinLock {|KMEM1013:sl|} = new(false);")]
    [InlineData("static readonly SpinLock {|KMEM1013:sl|};")]
    [InlineData("readonly spinlock_t {|KMEM1013:own|};")]
    [InlineData("readonly rwlock_t {|KMEM1013:own|};")]
    [InlineData("void Test(spinlock_t {|KMEM1013:l|}) { spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Test(SpinLock {|KMEM1013:l|}) { bool taken = false; l.Enter(ref taken); l.Exit(); }")]
    [InlineData("void Test(device d) { var l = {|KMEM1013:d.lk|}; spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Test(device d) { spinlock_t l = {|KMEM1013:d.ring->lk|}; if (spin_trylock(ref l)) spin_unlock(ref l); }")]
    [InlineData("void Test(spinlock_t[] all) { var l = {|KMEM1013:all[0]|}; spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Test(ring* r) { ring copy = {|KMEM1013:*r|}; spin_lock(ref copy.lk); spin_unlock(ref copy.lk); }")]
    [InlineData("void Test(ring {|KMEM1013:r|}) { spin_lock(ref r.lk); spin_unlock(ref r.lk); }")]
    [InlineData("struct Own { [AcquiresSpinlock] public void Take() { } [ReleasesSpinlock] public void Drop() { } } readonly Own {|KMEM1013:own|};")]
    [InlineData("void Test(device d) { spinlock_t l; l = {|KMEM1013:d.lk|}; spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Test(bool c) { spinlock_t l = default; if (c) l = {|KMEM1013:lk|}; else l = lk2; spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("SpinLock Gate { get; } = new(false); void Test() { bool taken = false; {|KMEM1013:Gate|}.Enter(ref taken); }")]
    [InlineData("class Port { public SpinLock Gate { get; set; } } void Test(Port p) { bool taken = false; {|KMEM1013:p.Gate|}.Enter(ref taken); }")]
    [InlineData("void Test(in SpinLock {|KMEM1013:l|}) { bool taken = false; l.Enter(ref taken); }")]
    [InlineData(Boxed + "Own own; void Test() { ILock l = {|KMEM1013:own|}; l.Take(); l.Drop(); }")]
    [InlineData(Boxed + "Own own; void Test() { ((ILock){|KMEM1013:own|}).Take(); }")]
    public Task A_copy_that_is_locked_is_reported(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("SpinLock sl = new(false); void Test() { bool taken = false; sl.Enter(ref taken); sl.Exit(); }")]
    [InlineData("void Test() { SpinLock sl = new(false); bool taken = false; sl.Enter(ref taken); sl.Exit(); }")]
    [InlineData("void Test() { spinlock_t l = default; spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Test() { spinlock_t l = new(); spin_lock_init(ref l); spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Test(ref spinlock_t l) { spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Test(device d) { ref spinlock_t l = ref d.lk; spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Test(ring* r) { spin_lock(ref r->lk); spin_unlock(ref r->lk); }")]
    [InlineData("void Test(device d) { device same = d; spin_lock(ref same.lk); spin_unlock(ref same.lk); }")]
    [InlineData("void Test(spinlock_t unused) { }")]
    [InlineData("readonly device d = new(); readonly int n; readonly TimeSpan time; readonly ring ring;")]
    [InlineData("void Test(ring[] rings) { for (int i = 0; i < 3; i++) { spin_lock(ref rings[i].lk); spin_unlock(ref rings[i].lk); } }")]
    [InlineData("readonly SpinWait wait; void Test() { spinlock_t* l = stackalloc spinlock_t[1]; spin_lock(ref *l); spin_unlock(ref *l); }")]
    [InlineData("SpinLock sl = new(false); ref SpinLock Gate => ref sl; void Test() { bool taken = false; Gate.Enter(ref taken); Gate.Exit(); }")]
    [InlineData("void Test(ref SpinLock l) { bool taken = false; l.Enter(ref taken); l.Exit(); }")]
    [InlineData("void Test(device d, bool c) { ref spinlock_t l = ref d.lk; if (c) l = ref lk; spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData("void Test() { spinlock_t l = default; l = new(); spin_lock(ref l); spin_unlock(ref l); }")]
    [InlineData(Boxed + "Own own; void Test() { own.Take(); own.Drop(); object o = own; }")]
    [InlineData(Boxed + "class Shared : ILock { public void Take() { } public void Drop() { } } Shared own = new(); void Test() { ILock l = own; l.Take(); l.Drop(); }")]
    [InlineData("ref struct Guard { readonly ref SpinLock l; public Guard(ref SpinLock taken) { l = ref taken; bool isTaken = false; l.Enter(ref isTaken); } public void Dispose() => l.Exit(); }")]
    public Task The_lock_itself_is_not(string members) => Verify.MembersAsync(members);

    [Fact]
    public Task The_fix_locks_the_original() => FixTest.VerifyAsync<CopiedLockCodeFixProvider>(Code("""
            private readonly SpinLock {|KMEM1013:_sl|};
            private static spinlock_t s_lock;

            private static void Locked(spinlock_t {|KMEM1013:held|}, int n)
            {
                spin_lock(ref held);
                spin_unlock(ref held);
            }

            private static void Test()
            {
                var copy = {|KMEM1013:s_lock|};
                spin_lock(ref copy);
                spin_unlock(ref copy);
                Locked(s_lock, 1);
            }
        """), Code("""
            private SpinLock _sl;
            private static spinlock_t s_lock;

            private static void Locked(ref spinlock_t held, int n)
            {
                spin_lock(ref held);
                spin_unlock(ref held);
            }

            private static void Test()
            {
                ref var copy = ref s_lock;
                spin_lock(ref copy);
                spin_unlock(ref copy);
                Locked(ref s_lock, 1);
            }
        """));

    private static string Code(string members) => $$"""
        using System.Threading;
        using Kmem;
        using static Kmem.Kernel;

        class C
        {
        {{members}}
        }
        """;
}
