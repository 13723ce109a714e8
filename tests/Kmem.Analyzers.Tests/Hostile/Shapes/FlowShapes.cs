namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Code whose paths are hard to follow.</summary>
internal static class FlowShapes
{
    public static IEnumerable<Shape> All =>
    [
        new("goto in every direction", """
            unsafe class C
            {
                int M(device dev, int n)
                {
                    byte* p = null;
                    goto middle;
                top:
                    spin_lock(ref dev.lk);
                    if (n > 3) goto middle;
                    p = (byte*)kmalloc(1, GFP_KERNEL);
                    if (p == null) goto error;
                bottom:
                    *p = 1;
                    spin_unlock(ref dev.lk);
                    if (n-- > 0) goto top; else goto error;
                middle:
                    if (n == 7) goto bottom;
                    if (n == 8) { { { goto top; } } }
                    while (true) { if (n == 9) goto error; do { if (n++ > 4) goto bottom; } while (n < 100); }
                error:
                    kfree(p);
                    return -1;
                }
                void Endless() { again: msleep(1); goto again; }
                void Back(int n) { a: b: c: if (n == 1) goto a; if (n == 2) goto b; if (n == 3) goto c; }
            }
            """),
        new("loops that never or always end", """
            class C
            {
                spinlock_t lk;
                void A() { while (true) { spin_lock(ref lk); msleep(1); spin_unlock(ref lk); } }
                void B() { for (; ; ) ; }
                void D() { do { spin_lock(ref lk); continue; } while (false); msleep(1); }
                void E() { while (false) { msleep(1); } for (int i = 0; false; i++) { } }
                void F(int n) { for (int i = 0, j = n; i < j; i++, j--) { if (i == 3) break; if (j == 3) continue; spin_lock(ref lk); foreach (var x in new[] { i, j }) { if (x == 1) return; spin_unlock(ref lk); } } }
                int G() { throw null!; }
                void H() { return; msleep(1); }
            }
            """),
        new("try, catch and finally in each other", """
            unsafe class C
            {
                spinlock_t lk;
                int M(int n)
                {
                    void* p = null;
                    try
                    {
                        spin_lock(ref lk);
                        try { p = kmalloc(1, GFP_ATOMIC); if (n == 1) return 1; if (n == 2) throw new Exception(); if (n == 3) goto end; }
                        catch (InvalidOperationException e) when (e.Message.Length > n && Filter(ref n)) { msleep(1); throw; }
                        catch (Exception) { try { return 2; } finally { kfree(p); try { n++; } finally { n--; } } }
                        finally { if (n == 4) while (n++ < 10) { try { if (n == 5) continue; if (n == 6) break; } finally { spin_unlock(ref lk); } } }
                    }
                    catch { throw; }
                    finally { spin_unlock(ref lk); for (; ; ) { try { break; } finally { kfree(p); } } }
                end:
                    *(int*)p = 1;
                    return 0;
                }
                bool Filter(ref int n) { spin_unlock(ref lk); return n++ > 0; }
                void Never() { try { throw new Exception(); } finally { throw new Exception(); } }
                void Empty() { try { } catch { } finally { } }
                int Return() { try { return 1; } finally { spin_lock(ref lk); } }
            }
            """),
        new("using and lock", """
            class C
            {
                readonly object gate = new();
                readonly Lock lockObject = new();
                spinlock_t lk;
                void M(IDisposable d)
                {
                    lock (gate) { spin_lock(ref lk); lock (this) { using (d) using (var e = d) { using var f = d; if (f == null) return; spin_unlock(ref lk); } } }
                    lock (lockObject) { msleep(1); }
                    spin_lock(ref lk);
                    lock (gate) { }
                    using (lockObject.EnterScope()) { }
                    using (null) { }
                    spin_unlock(ref lk);
                    foreach (var x in (IEnumerable<int>)[1, 2]) lock (gate) continue;
                }
            }
            """),
        new("switches of every kind", """
            unsafe class C
            {
                spinlock_t lk;
                int M(object o, int n, gfp_t flags)
                {
                    switch (n) { case 1: spin_lock(ref lk); goto case 2; case 2: msleep(1); goto default; case 3 when n > 2 && in_atomic(): break; default: spin_unlock(ref lk); break; }
                    switch (o) { case null: break; case string { Length: > 3 and < 7 or 9 } s: n = s.Length; break; case int i and not 4: n = i; break; case (int a, string b) when b.Length == a: break; case int[] and [1, .. var rest, 3]: n = rest.Length; break; case var _: break; }
                    var p = (byte*)kmalloc(1, n switch { 1 => GFP_KERNEL, 2 => GFP_ATOMIC, > 3 and < 9 => flags, _ => throw new Exception() });
                    return (o, n, (nint)p) switch { (null, _, 0) => -1, (string { Length: var l }, 3, _) => *p + l, (_, < 0, not 0) => p[1], var (x, y, z) when x is not null => y, _ => 0 };
                }
                void Nothing(int n) { switch (n) { } switch (n) { default: break; } }
            }
            """ ),
        new("conditions in conditions", """
            unsafe class C
            {
                spinlock_t lk;
                int M(device dev, bool a, bool b, bool? c, gfp_t flags)
                {
                    var p = a ? b ? kmalloc(1, flags) : c == true ? kmalloc(2, GFP_ATOMIC) : null : (void*)(b && a || !(c ?? !b) ? 1 : 0);
                    if ((p == null) == !a ^ b) spin_lock(ref lk);
                    if (p != null && *(byte*)p == 1 || a && !b && (c is true or null) && spin_trylock(ref lk)) msleep(1);
                    var q = (dev?.parent?.parent ?? dev ?? throw new Exception()).ring;
                    dev!.parent ??= dev?.parent ?? new device();
                    bool held = a && spin_trylock(ref dev.lk);
                    if (held) { msleep(1); spin_unlock(ref dev.lk); }
                    while (!(a = !a) | b & in_atomic()) if (!a) break; else continue;
                    return p == (void*)q ? 1 : (a, b) == (true, c == false) ? 2 : q is null ? 3 : q->head;
                }
            }
            """),
        new("iterators", """
            unsafe class C
            {
                spinlock_t lk;
                IEnumerable<int> A(int n) { spin_lock(ref lk); yield return n; msleep(1); try { yield return 1; yield break; } finally { spin_unlock(ref lk); } }
                IEnumerator<nint> B() { while (true) { yield return (nint)0; foreach (var x in A(1)) yield return x; } }
                IEnumerable<T> D<T>(T t) where T : IEnumerable<T> { yield return t; foreach (var u in t) foreach (var v in D(u)) yield return v; }
                void Use() { spin_lock(ref lk); foreach (var x in A(3)) { if (x == 1) break; } A(1); var e = B(); e.MoveNext(); spin_unlock(ref lk); }
                IEnumerable<int> Empty() { yield break; }
            }
            """),
        new("checked, unchecked, constants and what they fold to", """
            unsafe class C
            {
                const gfp_t F = GFP_KERNEL & ~__GFP_WAIT | (gfp_t)unchecked((uint)-1) ^ GFP_ATOMIC;
                void M(int n, gfp_t f)
                {
                    checked { n = n * n; var p = kmalloc((nuint)n, F); unchecked { n <<= 33; } p = kmalloc(nuint.MaxValue, ~f); }
                    f |= GFP_KERNEL; f &= ~(__GFP_WAIT); f ^= f; f++; --f; f = f + 1 - 2; f = (gfp_t)(f - GFP_KERNEL); f = (gfp_t)0xFFFFFFFF;
                    var q = kmalloc(1, f = GFP_KERNEL); q = kmalloc(1, (gfp_t)(1L << 40 & 0xFF)); q = kmalloc(1, default); q = kmalloc(1, 0); q = kmalloc(1, new());
                    if (f.HasFlag(GFP_KERNEL) || Enum.IsDefined(f)) kfree(q);
                }
            }
            """),
        new("correlated conditions", """
            class C
            {
                readonly bool irq; static readonly bool dbg; spinlock_t lk;
                void M(bool a, bool b, int n)
                {
                    if (irq) spin_lock(ref lk); if (a) local_irq_disable(); if (n > 3) preempt_disable(); if (b && a) spin_lock(ref lk);
                    if (!irq && !a && !(n > 3) && !dbg) msleep(1);
                    if (b && a) spin_unlock(ref lk); if (n > 3) preempt_enable(); if (a) local_irq_enable(); if (irq) spin_unlock(ref lk);
                    a = !a; b ^= a; n--; if (a == b) msleep(2); (a, b) = (b, a); if (a) spin_lock(ref lk); if (!a) msleep(3);
                }
            }
            """),
    ];
}
