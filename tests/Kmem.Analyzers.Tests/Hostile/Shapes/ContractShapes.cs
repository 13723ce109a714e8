namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Contracts that nobody should write.</summary>
internal static class ContractShapes
{
    private const string LongName = "a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q.r.s.t.u.v.w.x.y.z";

    public static IEnumerable<Shape> All =>
    [
        new("contracts with null and nonsense", $$"""
            unsafe class C
            {
                spinlock_t lk; C? next; int number; C Prop => this;
                [EntersAtomic(null!)] void A() { } [LeavesAtomic("")] void B() { } [HoldsSpinlock(null!)] void D() { msleep(1); } [HoldsSpinlock] [HoldsSpinlock] [HoldsSpinlock("")] void E() { msleep(1); }
                [HoldsSpinlock(".")] void F() { } [HoldsSpinlock("a..b")] void G() { } [HoldsSpinlock("this.this.lk")] void H() { } [HoldsSpinlock("lk.lk.lk")] void I() { } [HoldsSpinlock("next.next.next.lk")] void J() { msleep(1); } [HoldsSpinlock("{{LongName}}")] void K() { } [HoldsSpinlock("(lk)")] void L() { } [HoldsSpinlock("number")] void M() { } [HoldsSpinlock("Prop.lk")] void N() { msleep(1); } [HoldsSpinlock("\0\n\ud800")] void O() { }
                [AcquiresSpinlock(null!)] void P() { } [AcquiresSpinlock("nothing", When = (Outcome)99)] bool Q() => true; [ReleasesSpinlock("lk", When = Outcome.Null)] void R() { } [AcquiresSpinlock] C() { }
                [return: Allocates(null!)] void* S() => null; [return: Allocates("", NeverNull = true, FailureValue = -1)] void* T() => null; void U([Frees(null!)] void* p) { } void V([Frees] void* p) { } void W([Frees("a", null!, "")] void* p) { } void X([TakesOwnership(When = (Outcome)(-1))] void* p, [Borrows] [Frees("kmalloc")] void* q) { }
                void Y([Retains(null!)] void* p, [Retains("Nobody")] void* q, [PageOrder(uint.MaxValue, Max = 0)] uint o, [AllocationSize(Max = 0)] nuint n, [Maps(null!)] void* m, [TestsFamily(null!)] void* t) { }
                [AtomicContext((AtomicKind)77)] void Z() { msleep(1); }
                void Use() { A(); B(); D(); E(); J(); N(); P(); if (Q()) R(); var p = S(); *(int*)p = 1; U(p); V(p); W(T()); X(p, p); Y(p, p, 1, 2, p, p); Z(); spin_lock(ref lk); F(); G(); H(); I(); K(); L(); M(); O(); msleep(1); }
            }
            """),
        new("contracts that contradict each other", """
            unsafe abstract class A { [MightSleep] [NeverSleeps] public virtual void M() { msleep(1); } [AtomicContext] [ProcessContext] public abstract void N(); [NeverSleeps] public abstract void* P { get; [MightSleep] set; } [AcquiresSpinlock("lk")] [ReleasesSpinlock("lk")] public void Q() { } public spinlock_t lk; [EntersAtomic("irq")] [LeavesAtomic("irq")] public virtual void R() { } [return: Allocates("a")] public virtual void* S([GfpFlags] [Frees("b")] gfp_t f) => null; }
            unsafe class B : A { [NeverSleeps] public override void M() => base.M(); [MightSleep] public override void N() { msleep(1); } public override void* P { get { msleep(1); return kmalloc(1, GFP_KERNEL); } set { } } public override void R() { msleep(1); } [return: Allocates("c")] public override void* S([Frees("d")] gfp_t f) => kmalloc(1, f); void Use(A a) { a.Q(); a.R(); a.M(); vfree(a.S(GFP_KERNEL)); *(int*)a.P = 1; a.P = null; } }
            """),
        Shape.Broken("contracts with wrong arguments", """
            unsafe class C
            {
                [EntersAtomic] void A() { } [EntersAtomic(3)] void B() { } [EntersAtomic("a", "b")] void D() { } [HoldsSpinlock(typeof(C))] void E() { } [HoldsSpinlock(Unknown)] void F() { } [AcquiresSpinlock(When = "x")] void G() { } [AcquiresSpinlock(Nothing = 3)] void H() { } [AtomicContext("x")] void I() { } [MightSleep(1, 2)] void J() { } [MightSleep
                void K([Frees(1, 'c', new object[] { null, "a" })] void* p, [Frees(families: )] void* q, [Allocates(] void* r, [PageOrder(-1)] uint o, [PageOrder("x")] uint u, [GfpFlags("x")] gfp_t f, [AllocationSize(Max = -1)] int n) { K(p, q, r, o, u, f, n); B(); }
                [return: Allocates("a", NeverNull = "x", FailureValue = 1.5)] void L() { } [Frees("x")] void M() { } [return: Frees("x")] void* N() => null; [GfpFlags] class O { } [method: Allocates("a")] [MightSleep] int field; [assembly: MightSleep] void P() { } [Kmem.Annotations.Missing] [Kmem.Annotations.] void Q() { B(); E(); N(); }
            }
            """),
        Shape.Broken("attributes of the same full name declared anew", """
            namespace Kmem.Annotations
            {
                public class MightSleepAttribute : System.Attribute { public MightSleepAttribute(params int[] n) { } }
                public class FreesAttribute : System.Attribute { public FreesAttribute(int n, System.Type t) { } public object When; }
                public class AllocatesAttribute : System.Attribute { public AllocatesAttribute(object[] o) { } public AllocatesAttribute(Outcome o, params string[] s) { } public string NeverNull { get; set; } }
                public class EntersAtomicAttribute<T> : System.Attribute { } public abstract class LeavesAtomicAttribute : System.Attribute { } public struct HoldsSpinlockAttribute { } public class AcquiresSpinlockAttribute : MightSleepAttribute { public AcquiresSpinlockAttribute(long l) { } public int When; }
                public interface ReleasesSpinlockAttribute { } public class GfpFlagsAttribute : GfpFlagsAttribute { } public class AtomicContextAttribute : System.Attribute { public AtomicContextAttribute(object o) { } class Nested { } } public enum AtomicKind { } public class PageOrderAttribute : System.Attribute { public PageOrderAttribute(string s, double d = 1) { } public object Max; }
            }
            unsafe class C
            {
                spinlock_t lk;
                [MightSleep(1, 2, 3)] [AtomicContext(typeof(C))] void A() { } [EntersAtomic<int>] void B() { } [LeavesAtomic] void D() { } [HoldsSpinlock] void E() { } [AcquiresSpinlock(5, When = 7)] void F() { }
                [return: Allocates(new object[] { 1, "x", null, typeof(int) })] void* G([Frees(1, typeof(int), When = new int[] { 1 })] void* p, [GfpFlags] gfp_t f, [PageOrder("x", Max = typeof(C))] uint o) => p; [return: Allocates(Outcome.True, NeverNull = "no")] void* H([Frees(1, null)] void* p) => p; [AtomicContext(new[] { 1 })] [AtomicContext(null)] [AtomicContext(Outcome.Always)] void I() { msleep(1); }
                void Use() { A(); B(); D(); E(); F(); *(int*)G(H(null), GFP_KERNEL, 1) = 1; I(); spin_lock(ref lk); A(); spin_unlock(ref lk); }
            }
            """),
        new("contracts on every kind of member", """
            [AtomicContext] delegate void Handler([Frees("kmalloc")] nint p); [MightSleep] [return: Allocates("kmalloc")] unsafe delegate void* Maker([GfpFlags] gfp_t f); delegate void Plain();
            [AtomicContext] unsafe class C
            {
                spinlock_t lk; Handler h = p => msleep(1); Maker m = kmalloc0; static void* kmalloc0(gfp_t f) => kmalloc(1, f); [MightSleep] C() { } [AtomicContext] C(Plain p) { p(); }
                [MightSleep] int Auto { get; set; } [NeverSleeps] int Body { get => Auto; set { Auto = value; msleep(1); } } int Half { [MightSleep] get; [NeverSleeps] set; } event Handler? On; event Plain Off { [AcquiresSpinlock("lk")] add { spin_lock(ref lk); } [ReleasesSpinlock("lk")] remove { spin_unlock(ref lk); } }
                [MightSleep] public static C operator -(C c) => c; [ProcessContext] void Free() { msleep(1); } void Give([ProcessContext] Plain p, [AtomicContext] [InvokedInPlace] Plain q) { p(); q(); }
                void Use(Plain p) { h(1); m(GFP_KERNEL); var c = -new C(); Auto = Body = Half; On?.Invoke(2); Off += p; Off -= p; Give(Use2, () => msleep(1)); Give(p, p); h += x => msleep(1); h = new Handler(x => { Thread.Sleep(1); }); m = f => null; _ = new C(p); Free(); [MightSleep] void L() { } L(); }
                void Use2() { } [DllImport("c")] [MightSleep] static extern int usleep(uint n); [NoIoContext] [NoFsContext] void N() { usleep(1); kmalloc(1, GFP_KERNEL); }
            }
            """),
    ];
}
