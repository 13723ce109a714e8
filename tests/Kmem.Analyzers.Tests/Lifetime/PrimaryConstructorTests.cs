using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>An object keeps the parameters of its primary constructor, as it keeps fields; they are no parameters of its methods.</summary>
public class PrimaryConstructorTests
{
    [Fact]
    public Task What_a_method_does_to_them_it_does_not_do_to_its_own_parameters() => Verify.CompleteAsync("""
        class Keeper(byte* kept)
        {
            public void Free(byte* given) { kfree(kept); _ = given; }
            public void Read(byte* given) { kept[0] = given[0]; }
            public void Set(byte* given) { kept = given; }
        }
        void Use(Keeper k)
        {
            byte* p = (byte*)kmalloc(3, GFP_KERNEL);
            if (p == null)
                return;
            k.Free(p);
            k.Read(p);
            p[0] = 1;
            kfree(p);
        }
        """);

    [Fact]
    public Task An_object_releases_what_it_was_made_with() => Verify.CompleteAsync("""
        sealed class Holder(byte* p) : IDisposable { public byte this[int i] => p[i]; public void Dispose() => kfree(p); }
        void Use() { byte* p = (byte*)kmalloc(3, GFP_KERNEL); if (p == null) return; using var h = new Holder(p); _ = h[1]; }
        void Pass() { var h = new Holder((byte*)kmalloc(3, GFP_KERNEL)); h.Dispose(); }
        """);

    [Theory]
    [InlineData("public void Q() { Free(p); kfree({|KMEM2003:p|}); }")]
    [InlineData("public void Q() { byte* q = p; kfree(q); {|KMEM2004:p|}[0] = 1; }")]
    [InlineData("public void Q(byte* q) { kfree(q); p[0] = 1; }")]
    [InlineData("public void Q(byte* q) { kfree(q); kfree(p); }")]
    public Task Within_a_method_they_are_followed(string member) =>
        Verify.CompleteAsync("static void Free(byte* z) { kfree(z); } class Keeper(byte* p) { " + member + " }");

    [Fact]
    public Task Locks_that_they_lead_to_are_told_apart() => Verify.CompleteAsync("""
        class Gate(spinlock_t* l, int n)
        {
            public void Lock() => spin_lock(ref *l);
            public void Unlock() => spin_unlock(ref *l);
            public int Both() { Lock(); int r = n; Unlock(); return r; }
            public void Sleeps() { Lock(); {|KMEM1002:msleep(1)|}; Unlock(); }
            public void Leaves(bool b) { spin_lock(ref *l); if (b) {|KMEM1004:return|}; spin_unlock(ref *l); }
        }
        void Use(spinlock_t* a, spinlock_t* b)
        {
            var x = new Gate(a, 1);
            var y = new Gate(b, 1);
            x.Lock();
            y.Lock();
            y.Unlock();
            x.Unlock();
            msleep(1);
        }
        readonly struct Guard(spinlock_t* l) : IDisposable
        {
            public static Guard Take(spinlock_t* l) { spin_lock(ref *l); return new Guard(l); }
            public void Dispose() => spin_unlock(ref *l);
        }
        void Guarded(spinlock_t* l, bool b) { using (Guard.Take(l)) { if (b) return; } msleep(1); }
        """);

    [Fact]
    public Task Initialisers_read_the_parameters_themselves() => Verify.CompleteAsync("""
        class Sized(int n) { readonly int _n = n; int _more = n + 1; Func<int> _f = () => n; public int N => n; public int M => _n + _more; public Sized(string s) : this(s.Length) { } }
        """);
}
