using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Types and members of every kind.</summary>
internal static class TypeShapes
{
    public static IEnumerable<Shape> All =>
    [
        new("records and primary constructors", """
            unsafe record R(nint P, spinlock_t Lk) { public nint Q { get; init; } = (nint)kmalloc(1, GFP_KERNEL); public virtual bool Equals(R? o) { msleep(1); return true; } public override int GetHashCode() => 1; public void Deconstruct(out void* p) { p = kmalloc(1, GFP_KERNEL); } }
            record struct S(int A, int B = 3) { public int C => A + B; }
            unsafe class P(device dev, gfp_t flags, [Frees("kmalloc")] void* p) : Base(kmalloc(1, flags)) { readonly void* own = kmalloc(1, GFP_KERNEL); void M() { spin_lock(ref dev.lk); var q = (int*)kmalloc(1, flags); *q = 1; kfree(p); kfree(own); } }
            unsafe class Base([Allocates("kmalloc")] void* p) { protected void* P => p; }
            unsafe class C { void M(R r) { var s = r with { Q = 1, P = (nint)kmalloc(1, GFP_KERNEL) }; var (a, b) = s; r.Deconstruct(out void* v); *(int*)v = 1; S t = new(1) { A = 2 }; (t.A, _) = (3, t == default); } }
            """),
        new("interfaces with static and default members", """
            unsafe interface IAllocator<TSelf> where TSelf : IAllocator<TSelf> { [return: Allocates("own")] static abstract void* Take([GfpFlags] gfp_t f); static abstract void Drop([Frees("own")] void* p); static virtual void Both() { TSelf.Drop(TSelf.Take(GFP_KERNEL)); TSelf.Drop(null); } static abstract TSelf operator +(TSelf a, TSelf b); [MightSleep] void Wait() { } private void Hidden() => Wait(); }
            unsafe struct Own : IAllocator<Own> { public static void* Take(gfp_t f) => kmalloc(1, f); static void IAllocator<Own>.Drop(void* p) => kfree(p); public static Own operator +(Own a, Own b) => a; void IAllocator<Own>.Wait() => msleep(1); }
            unsafe class C { spinlock_t lk; void M<T>(T t) where T : IAllocator<T> { spin_lock(ref lk); var p = (int*)T.Take(GFP_KERNEL); *p = 1; T.Drop(p); T.Both(); t.Wait(); _ = t + t; spin_unlock(ref lk); vfree(p); } void N() => M<Own>(default); }
            """),
        new("extension members and file-local types", """
            file unsafe static class E { public static void* Take(this device d, gfp_t f) => kmalloc(1, f); public static void Lock(this ref spinlock_t lk) => spin_lock(ref lk); public static void Unlock(this ref spinlock_t lk) => spin_unlock(ref lk); public static void Each<T>(this T t, Action<T> a) => a(t); }
            file class device2 : device { } file unsafe struct Hidden { public void* p; }
            unsafe class C { void M(device d) { d.lk.Lock(); var p = (int*)d.Take(GFP_KERNEL); *p = 1; E.Lock(ref d.lk); d.lk.Unlock(); d.Each(x => msleep(1)); new device2()?.Take(GFP_KERNEL); E.Take(null!, 0); Hidden h; h.p = d.Take(0); kfree(h.p); } }
            """),
        Shape.Broken("extension blocks and the newest syntax", """
            unsafe static class E { extension(device d) { public void* Taken => kmalloc(1, GFP_KERNEL); public static device operator +(device a, device b) => a; void Slow() => msleep(1); } extension<T>(ref T t) where T : struct { void M() { } } }
            unsafe class C { void* P { get => field ??= (nint)kmalloc(1, GFP_KERNEL); set; } void M(device? d) { d?.ring = (ring*)d.Taken; d?.parent?.data += 1; Span<int> s = [1, .. stackalloc int[2]]; var f = (out int x) => x = 1; d.Slow(); } partial int Q { get; } partial C(int n); partial event Action Z; }
            """),
        new("partial types and members", """
            unsafe partial class P { [MightSleep] public partial void* M([GfpFlags] gfp_t f); public partial int N { get; set; } partial void Gone(void* p); partial class Q { void R() => msleep(1); } }
            unsafe partial class P { [return: Allocates("kmalloc")] public partial void* M(gfp_t f) { Gone(kmalloc(1, f)); return kmalloc(1, f); } public partial int N { get { msleep(1); return 1; } set { spin_lock(ref lk); } } spinlock_t lk; partial class Q { [AtomicContext] void S() => R(); } }
            """),
        new("generics", """
            unsafe class G<T, U> where T : class, IDisposable, new() where U : unmanaged, Enum { static U* all; T t = new(); class Inner<V> : G<T, U> where V : T { V v = default!; public void M(U* u) { using (v) *u = *all; kfree(all); all = (U*)kmalloc((nuint)sizeof(U), GFP_KERNEL); all[1] = default; } } ref X Cast<X>(ref U u) where X : unmanaged => ref System.Runtime.CompilerServices.Unsafe.As<U, X>(ref u); void N() { spin_lock(ref Cast<spinlock_t>(ref *all)); msleep(1); G<T, gfp_t>.Inner<T> x = new(); x.M(null); } }
            class Fields<T> where T : unmanaged { PerCpu<T> own = new(); void M(T v) { get_cpu_var(own) = v; msleep(1); put_cpu_var(own); get_cpu_var<int>(null!)++; put_cpu_var(new PerCpu<int>()); } }
            """),
        new("attributes, indexers, operators, finalizers and more", """
            [assembly: StackBudget(3)]
            unsafe class C : IDisposable
            {
                static C() { msleep(1); } ~C() { kfree(own); } void* own = kmalloc(1, GFP_KERNEL); public void Dispose() { kfree(own); GC.SuppressFinalize(this); }
                [AtomicContext] int Q { get { msleep(1); return 1; } set => msleep((uint)value); } int this[[GfpFlags] gfp_t f, int n = 3] { [MightSleep] get => 1; set => msleep(1); }
                public static bool operator true(C c) { msleep(1); return true; } public static bool operator false(C c) => false; public static C operator &(C a, C b) => a; public static C operator checked ++(C c) => c; public static C operator ++(C c) => c; public static explicit operator int(C c) { msleep(1); return 1; }
                required public int Need { get; init; } [System.Diagnostics.CodeAnalysis.SetsRequiredMembers] C(int n) { }
                void M(C c) { if (c && c) c++; c[GFP_KERNEL] += c[0, 2]; c[GFP_ATOMIC, n: 1]++; c.Q *= (int)c; _ = new C(1) { Need = 3, [GFP_KERNEL] = 4 }; _ = $"{c.Q,3:X}{(int)c}"; _ = nameof(c.Q) + typeof(C*).Name + default(C) + c[^1 is var k ? GFP_KERNEL : 0]; List<int> l = [1, .. new[] { c.Q }, (int)c]; l[^1] = l[..2].Count; }
            }
            """),
        new("top-level statements", """
            using static System.Console;
            spinlock_t lk = default;
            spin_lock(ref lk);
            msleep(1);
            await Task.Yield();
            unsafe { var p = (int*)kmalloc(1, GFP_KERNEL); *p = 1; kfree(p); vfree(p); }
            void Local() { msleep(1); Thread.Sleep(1); }
            Local();
            if (args.Length == 0) return 1;
            spin_unlock(ref lk);
            WriteLine();
            return 0;
            partial class Program { void M() { } }
            """, Output: OutputKind.ConsoleApplication),
        Shape.Broken("nothing but directives and comments", """
            #define A
            #if A
            #region x
            // a comment
            /* another
            #endif
            #error stop
            #warning halt
            #line 200 "Other.cs"
            #pragma warning disable KMEM1001
            #nullable enable
            """),
        Shape.Broken("members in strange places", """
            namespace N { void M() { msleep(1); } int x = 1; spinlock_t lk; }
            void* Top() { return kmalloc(1, GFP_KERNEL); }
            class C { class C { void C() { msleep(1); } } interface C { } this[int i] { get; } => 1; int => msleep(1); operator +(C c); void M() { class L { } void L() { } enum E { } return; spin_lock(; } void M() { } void M(this int x) { kfree(; } private public static void X(ref ref int a, out in int b, params int c) { } }
            """),
    ];
}
