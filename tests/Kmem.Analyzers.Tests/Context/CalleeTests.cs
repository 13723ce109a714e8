using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>What sleeps behind a call: found through the bodies, at any depth.</summary>
public class CalleeTests
{
    [Fact]
    public Task Local_functions_of_programs_are_callees_too()
    {
        var test = Verify.Create(["""
            spinlock_t lk = default;
            Take();
            {|KMEM1002:Wait()|};
            Drop();
            Wait();
            Take();
            if (args.Length > 3)
                {|KMEM1004:return|};
            Drop();
            void Take() => spin_lock(ref lk);
            void Drop() => spin_unlock(ref lk);
            static void Wait() => msleep(1);
            """]);
        test.TestState.OutputKind = Microsoft.CodeAnalysis.OutputKind.ConsoleApplication;
        return test.RunAsync();
    }

    [Theory]
    [InlineData("""
        void Inner() => msleep(1);
        void Outer() { spin_lock(ref lk); {|KMEM1002:Inner()|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void D() => msleep(1);
        void C() => D();
        void B() { if (true) C(); }
        void A() => B();
        void Outer() { spin_lock(ref lk); {|KMEM1002:A()|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void* Get(gfp_t flags) => kmalloc(8, flags);
        void Outer() { spin_lock(ref lk); var p = Get({|KMEM1001:GFP_KERNEL|}); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void* Get(nuint n, gfp_t flags = GFP_KERNEL) => kmalloc(n, flags | __GFP_ZERO);
        void* GetTwice(gfp_t flags) { var p = Get(4, flags); return p == null ? Get(8, flags) : p; }
        void Outer() { spin_lock(ref lk); var p = GetTwice({|KMEM1001:GFP_USER|}); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void* Get() => kmalloc(8, GFP_KERNEL);
        void Outer() { spin_lock(ref lk); var p = {|KMEM1002:Get()|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void* Get(bool atomic) => kmalloc(8, atomic ? GFP_ATOMIC : GFP_KERNEL);
        void Outer() { spin_lock(ref lk); var p = {|KMEM1002:Get(false)|}; p = Get(true); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Wait(bool sleep) { if (sleep) msleep(1); }
        void Outer() { spin_lock(ref lk); {|KMEM1002:Wait(true)|}; Wait(false); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Down(int n) { if (n == 0) { msleep(1); return; } Down(n - 1); }
        void Outer() { spin_lock(ref lk); {|KMEM1002:Down(3)|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Even(int n) { if (n > 0) Odd(n - 1); else msleep(1); }
        void Odd(int n) { if (n > 0) Even(n - 1); }
        void Outer() { spin_lock(ref lk); {|KMEM1002:Odd(3)|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void A(int n) { B(n); } void B(int n) { C(n); } void C(int n) { if (n > 0) A(n - 1); vfree(null); }
        void Outer() { spin_lock(ref lk); {|KMEM1002:A(3)|}; {|KMEM1002:B(3)|}; {|KMEM1002:C(3)|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Grab() => spin_lock(ref lk);
        void Drop() => spin_unlock(ref lk);
        void Outer() { Grab(); {|KMEM1002:msleep(1)|}; Drop(); msleep(2); }
        """)]
    [InlineData("""
        static void Grab(device dev) => spin_lock(ref dev.lk);
        static void Drop(device dev) => spin_unlock(ref dev.lk);
        void Outer(device a, device b) { Grab(a); Drop(b); {|KMEM1002:msleep(1)|}; Drop(a); msleep(2); }
        """)]
    [InlineData("""
        bool TryGrab() => spin_trylock(ref lk);
        void Outer() { if (TryGrab()) { {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); } else msleep(2); }
        """)]
    [InlineData("""
        [AcquiresSpinlock("lk", When = Outcome.True)] bool TryGrab() { if (!spin_trylock(ref lk)) return false; if (dead) { spin_unlock(ref lk); return false; } return true; }
        bool dead;
        void Outer() { if (!TryGrab()) { msleep(2); return; } {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        [AcquiresSpinlock("d.lk", When = Outcome.NonNull)] device? Find(device d) { spin_lock(ref d.lk); if (d.parent != null) return d.parent; spin_unlock(ref d.lk); return null; }
        void Outer(device d) { var p = Find(d); if (p != null) { {|KMEM1002:msleep(1)|}; spin_unlock(ref d.lk); } else msleep(2); }
        """)]
    [InlineData("""
        int Size { get { msleep(1); return 1; } }
        int Count { set { msleep(1); } }
        void Outer() { spin_lock(ref lk); int n = {|KMEM1002:Size|}; {|KMEM1002:Count|} = n; {|KMEM1002:this.Count|} = n; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        int this[int i] { get { msleep(1); return 1; } }
        void Outer() { spin_lock(ref lk); int n = {|KMEM1002:this[3]|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        sealed class Sleepy { public Sleepy() { msleep(1); } public static Sleepy operator +(Sleepy a, Sleepy b) { msleep(1); return a; } public static implicit operator int(Sleepy s) { msleep(1); return 1; } }
        void Outer(Sleepy a, Sleepy b) { spin_lock(ref lk); _ = {|KMEM1002:new Sleepy()|}; a = {|KMEM1002:a + b|}; int n = {|KMEM1002:b|}; Sleepy c = {|KMEM1002:new()|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        sealed class Sleepy : IDisposable { public void Dispose() => msleep(1); }
        void Outer() { spin_lock(ref lk); using (var {|KMEM1002:s = new Sleepy()|}) { } spin_unlock(ref lk); }
        """)]
    [InlineData("""
        static void Wait<T>(T value) where T : unmanaged => msleep((uint)sizeof(T));
        void Outer() { spin_lock(ref lk); {|KMEM1002:Wait(3)|}; {|KMEM1002:Wait<long>(3)|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        sealed class Box<T> { public void Put(T value) { msleep(1); } }
        void Outer(Box<string> box) { spin_lock(ref lk); {|KMEM1002:box.Put("")|}; {|KMEM1002:new Box<int>().Put(1)|}; spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Outer() { spin_lock(ref lk); {|KMEM1002:Inner()|}; spin_unlock(ref lk); void Inner() { Deeper(); void Deeper() => msleep(1); } }
        """)]
    [InlineData("""
        IEnumerable<int> Items() { yield return 1; msleep(1); }
        void Outer() { spin_lock(ref lk); foreach (int i in {|KMEM1002:Items()|}) { } spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Outer(List<int> list) { spin_lock(ref lk); list.ForEach(x => {|KMEM1002:msleep(1)|}); spin_unlock(ref lk); list.ForEach(x => msleep(1)); }
        """)]
    [InlineData("""
        void Sleepy(int x) => msleep(1);
        void Outer(List<int> list) { spin_lock(ref lk); {|KMEM1002:list.ForEach(Sleepy)|}; spin_unlock(ref lk); list.ForEach(Sleepy); }
        """)]
    [InlineData("""
        void All(List<int> list) => list.ForEach(x => msleep(1));
        void Outer(List<int> list) { spin_lock(ref lk); {|KMEM1002:All(list)|}; spin_unlock(ref lk); All(list); }
        """)]
    [InlineData("""
        void Drops() { spin_unlock(ref lk); msleep(1); spin_lock(ref lk); }
        void Outer() { spin_lock(ref lk); Drops(); {|KMEM1002:msleep(2)|}; spin_lock(ref lk2); {|KMEM1002:Drops()|}; spin_unlock(ref lk2); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Sleepy() { spin_lock(ref lk); {|KMEM1002:msleep(1)|}; spin_unlock(ref lk); }
        void Outer() { preempt_disable(); Sleepy(); preempt_enable(); }
        """)]
    public Task A_method_whose_body_may_sleep_is_a_sleeping_call(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("""
        void* Get(gfp_t flags) => kmalloc(8, flags);
        void Outer() { spin_lock(ref lk); var p = Get(GFP_ATOMIC); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void* Get(gfp_t flags) => kmalloc(8, flags & ~__GFP_WAIT);
        void Outer() { spin_lock(ref lk); var p = Get(GFP_KERNEL); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Wait() { if (!in_atomic()) msleep(1); }
        void Outer() { spin_lock(ref lk); Wait(); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        static bool MaySleep() => !in_atomic();
        void Outer() { if (MaySleep()) msleep(1); }
        [AtomicContext] void Handler() { if (MaySleep()) msleep(1); }
        """)]
    [InlineData("""
        void Wait() { if (in_interrupt() || irqs_disabled()) return; msleep(1); }
        void Outer() { spin_lock(ref lk); Wait(); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Wait() { if (preempt_count() == 0) msleep(1); }
        void Outer() { spin_lock(ref lk); Wait(); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Drops() { spin_unlock(ref lk); msleep(1); spin_lock(ref lk); }
        void Outer() { spin_lock(ref lk); Drops(); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        void Drops(device d) { spin_unlock(ref d.lk); msleep(1); spin_lock(ref d.lk); }
        void Outer(device d) { spin_lock(ref d.lk); Drops(d); spin_unlock(ref d.lk); }
        """)]
    [InlineData("""
        void Drops(ref spinlock_t l) { spin_unlock(ref l); msleep(1); spin_lock(ref l); }
        void Outer(device d) { spin_lock(ref d.lk); Drops(ref d.lk); spin_unlock(ref d.lk); }
        """)]
    [InlineData("""
        void Even(int n) { if (n > 0) Odd(n - 1); }
        void Odd(int n) { if (n > 0) Even(n - 1); }
        void Outer() { spin_lock(ref lk); Odd(3); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        [NeverSleeps] void Quiet() => Trusted();
        [NeverSleeps] extern void Trusted();
        void Outer() { spin_lock(ref lk); Quiet(); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        extern void Unknown();
        void Outer(IDisposable d, Action a) { spin_lock(ref lk); Unknown(); d.Dispose(); a(); spin_unlock(ref lk); }
        """)]
    [InlineData("""
        [DoesNotReturn] static void Panic() => throw new Exception();
        void Outer(bool bad) { spin_lock(ref lk); if (bad) { Panic(); msleep(1); } spin_unlock(ref lk); }
        """)]
    [InlineData("""
        static void Panic() => throw new Exception();
        void Outer(bool bad) { spin_lock(ref lk); if (bad) { Panic(); msleep(1); } spin_unlock(ref lk); }
        """)]
    [InlineData("""
        static void Check([DoesNotReturnIf(true)] bool bad) { if (bad) throw new Exception(); }
        void Outer(bool bad) { if (bad) spin_lock(ref lk); Check(bad); msleep(1); }
        """)]
    [InlineData("""
        static void Check(bool bad) { if (bad) throw new Exception(); }
        void Outer(bool bad) { if (bad) spin_lock(ref lk); Check(bad); msleep(1); }
        """)]
    [InlineData("""
        bool TryGrab(out bool ok) { ok = spin_trylock(ref lk); return ok; }
        void Outer() { TryGrab(out bool ok); if (!ok) msleep(1); else spin_unlock(ref lk); }
        """)]
    [InlineData("""
        int Grab() { if (!spin_trylock(ref lk)) return -EBUSY; return 0; }
        void Outer() { int error = Grab(); if (error < 0) { msleep(1); return; } spin_unlock(ref lk); }
        """)]
    [InlineData("""
        int Grab() { if (!spin_trylock(ref lk)) return -EBUSY; return 0; }
        void Outer() { if (Grab() != 0) { msleep(1); return; } spin_unlock(ref lk); }
        """)]
    public Task A_method_that_does_not_sleep_there_is_none(string members) => Verify.MembersAsync(members);

    [Fact]
    public Task Helpers_are_found_in_other_files_and_in_other_parts_of_a_type() => Verify.SourcesAsync(
    [
        """
        partial class Device
        {
            spinlock_t lk;
            void Work() { spin_lock(ref lk); {|KMEM1002:Reset()|}; {|KMEM1002:Bus.Flush()|}; {|KMEM1002:this.Rest()|}; spin_unlock(ref lk); }
        }
        """,
        "static class Bus { public static void Flush() => Deeper.Flush(); }",
        "static class Deeper { public static void Flush() { Kernel.msleep(1); } public static void Rest(this Device d) => msleep(2); }",
        "partial class Device { void Reset() { lock (this) { } } }",
    ]);

    private const string Guards = """
        ref struct ByRef { ref spinlock_t l; public ByRef(ref spinlock_t lk) { l = ref lk; spin_lock(ref lk); } public void Dispose() => spin_unlock(ref l); }
        struct Pointed : IDisposable { spinlock_t* l; public Pointed(ring* r) { l = &r->lk; spin_lock(ref *l); } public void Dispose() => spin_unlock(ref *l); }
        readonly struct Owned : IDisposable { readonly device d; public Owned(device d) { this.d = d; spin_lock(ref d.lk); } public void Dispose() => spin_unlock(ref d.lk); }
        struct Saved : IDisposable { readonly device d; nuint f; public Saved(device d) { this.d = d; spin_lock_irqsave(ref d.lk, out f); } public void Dispose() => spin_unlock_irqrestore(ref d.lk, f); }
        struct Pinned : IDisposable { public static Pinned Enter() { preempt_disable(); return default; } public void Dispose() => preempt_enable(); }
        Owned Lock(device d) => new Owned(d);

        """;

    [Theory]
    [InlineData("new ByRef(ref lk)")]
    [InlineData("new Pointed(dev.ring)")]
    [InlineData("new Owned(dev)")]
    [InlineData("new Saved(dev)")]
    [InlineData("Pinned.Enter()")]
    [InlineData("Lock(dev)")]
    public Task A_struct_that_guards_a_section_leaves_it_where_it_is_disposed_of(string guard) => Verify.MembersAsync(
        Guards + "void Test(device dev, int n) { using (var guard = " + guard + ") { if (n == 3) return; {|KMEM1002:msleep(1)|}; } msleep(1); }");
}
