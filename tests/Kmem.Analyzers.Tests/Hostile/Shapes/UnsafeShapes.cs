namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Pointers, references and memory in every form.</summary>
internal static class UnsafeShapes
{
    public static IEnumerable<Shape> All =>
    [
        new("pointers to pointers", """
            unsafe class C
            {
                static void* shared; void*** deep; device dev = new();
                void M(void** pp, out void* o, ref void* r, in void* i)
                {
                    *pp = kmalloc(1, GFP_KERNEL); pp[1] = *pp; *(pp + 2) = pp[1]; **(int**)pp = 1; ***(int***)&pp = 2;
                    o = kmalloc(1, GFP_KERNEL); r = o; shared = r; o = i == null ? i : *pp; deep = (void***)&pp == null ? null : deep + 1;
                    ((ring*)*pp)->next->next = (ring*)o; (*(ring**)pp)->buf[3]++; (&(*(ring*)r))->head += 1; dev.ring->next->buf = (byte*)&pp; fixed (void** fr = &r) *fr = *pp;
                    kfree(*pp); kfree((byte*)r + 1); kfree(&((ring*)o)->next); kfree((void*)(nint)(nuint)(long)pp[0]); kfree(((ring*)r)->next->buf);
                    int local = 0; int* p = &local; p++; *p++ = 1; --*p; p += *p; p = &p[*p]; p[p[0]] = p[-1]; var d = p - &local; kfree(p); if (p < pp && p != null) kfree((void*)d);
                }
            }
            """),
        new("fixed, stackalloc and sizeof", """
            unsafe struct Buffer { public fixed byte bytes[64]; public fixed int ints[3]; }
            unsafe class C
            {
                Buffer own;
                void M(byte[] a, string s, int[,] grid, Span<byte> span)
                {
                    fixed (byte* p = a, q = &a[1]) { *p = *q; kfree(p); }
                    fixed (char* c = s) fixed (int* g = grid) fixed (byte* b = span) fixed (byte* o = own.bytes) { kfree(c); *o = *b; g[0] = *c; own.ints[1] = 2; }
                    int* x = stackalloc int[3] { 1, 2, 3 }; Span<int> y = stackalloc[] { 1, 2 }; byte* z = stackalloc byte[a.Length * sizeof(Buffer)];
                    *x = y[0]; kfree(x); kfree(z); var t = a.Length > 3 ? stackalloc int[1] : default; foreach (ref var item in y) item = sizeof(int*);
                    fixed (void* v = &own.ints[0]) { spin_lock(ref ((ring*)v)->lk); msleep(1); }
                }
            }
            """),
        new("function pointers", """
            unsafe class C
            {
                static delegate*<nuint, gfp_t, void*> alloc = &kmalloc;
                static delegate* unmanaged[Cdecl, SuppressGCTransition]<void*, void> free;
                delegate*<delegate*<int, void>, delegate*<void>> odd;
                spinlock_t lk;
                static void Sleep() => msleep(1);
                void M(delegate*<void> f) { spin_lock(ref lk); var p = (byte*)alloc(1, GFP_KERNEL); *p = 1; free(p); f(); ((delegate*<void>)&Sleep)(); odd(null)(); spin_unlock(ref lk); f = &Sleep; if (f == null) return; f(); }
                [UnmanagedCallersOnly] static void Entry(void* p) { kfree(p); }
            }
            """),
        new("references", """
            unsafe ref struct R { public ref spinlock_t lk; public Span<byte> span; public ref readonly int x; public void Dispose() { spin_unlock(ref lk); } }
            unsafe class C
            {
                spinlock_t a, b; spinlock_t[] all = new spinlock_t[3]; int n;
                ref spinlock_t Pick(bool first) => ref first ? ref a : ref b;
                ref int Value(ref int x, scoped ref int y) { ref int z = ref x; z = ref y; z = y; return ref x; }
                void M(device dev, ref spinlock_t given, in spinlock_t read)
                {
                    ref var lk = ref Pick(true); spin_lock(ref lk); lk = ref Pick(false); spin_unlock(ref lk); msleep(1);
                    spin_lock(ref all[n]); spin_unlock(ref all[n++]); spin_lock(ref dev.parent.parent.lk); spin_lock(ref dev.ring->next->lk); spin_lock(ref *(spinlock_t*)null); spin_lock(ref given);
                    using var r = new R { lk = ref a }; using (var q = new R { lk = ref given }) { msleep(1); }
                    ref readonly var copy = ref read; var moved = a; spin_lock(ref moved); (a, b) = (b, a); spin_unlock(ref (n > 1 ? ref a : ref b));
                    foreach (ref var each in all.AsSpan()) { spin_lock(ref each); }
                    ref var cpu = ref get_cpu_var(dev.counter); cpu++; msleep(1); put_cpu_var(dev.counter); cpu = 3;
                }
            }
            """),
        new("inline arrays and spans", """
            [System.Runtime.CompilerServices.InlineArray(4)] struct Four { private spinlock_t first; }
            [System.Runtime.CompilerServices.InlineArray(9)] struct Nine<T> { private T first; }
            unsafe class C
            {
                Four locks; Nine<nint> all;
                void M(int n) { spin_lock(ref locks[0]); spin_unlock(ref locks[n]); all[^1] = (nint)kmalloc(1, GFP_KERNEL); foreach (var p in all) kfree((void*)p); var part = all[1..3]; kfree((void*)part[0]); Span<spinlock_t> s = locks; spin_lock(ref s[1]); }
            }
            """),
        new("native integers, handles and casts", """
            unsafe class C
            {
                nint handle; nuint pages; IntPtr old;
                void M(object o)
                {
                    pages = __get_free_pages(GFP_KERNEL, 2); if (pages == 0) return; *(int*)pages = 1; free_pages(pages, 2); free_pages(pages & ~7u, (uint)sizeof(int)); free_pages((nuint)(void*)pages, 0);
                    handle = Marshal.AllocHGlobal(3); Marshal.FreeCoTaskMem(handle); Marshal.FreeHGlobal(handle + 1); old = (IntPtr)(int)handle; Marshal.FreeHGlobal(new IntPtr(handle.ToPointer()));
                    var p = NativeMemory.Alloc(1); NativeMemory.AlignedFree(p); NativeMemory.Free((void*)(ulong)p); kfree(Marshal.UnsafeAddrOfPinnedArrayElement((byte[])o, 0).ToPointer());
                    var h = GCHandle.Alloc(o); h.Free(); ((GCHandle)(nint)h).Free(); dynamic d = o; d.kfree(d); kfree(System.Runtime.CompilerServices.Unsafe.AsPointer(ref handle));
                    using SafeHandle s = new Microsoft.Win32.SafeHandles.SafeFileHandle(); bool ok = false; s.DangerousAddRef(ref ok);
                }
            }
            """),
        new("old and odd forms", """
            unsafe class C
            {
                volatile void* seen; [ThreadStatic] static void* mine; static extern void Imported(__arglist);
                [DllImport("c")] static extern void* malloc(nuint n); [DllImport("c")] static extern void free([Frees("libc")] void* p);
                void M(int n, __arglist) { var r = __makeref(n); __refvalue(r, int) = 1; var t = __reftype(r); Imported(__arglist(kmalloc(1, GFP_KERNEL), n)); seen = kmalloc(1, GFP_KERNEL); mine = seen; *(int*)seen = 1; free(malloc(1)); _ = malloc(1); }
                [module: System.Runtime.CompilerServices.SkipLocalsInit] void N() { }
            }
            """),
        new("unions and layouts", """
            [StructLayout(LayoutKind.Explicit)] unsafe struct U { [FieldOffset(0)] public void* p; [FieldOffset(0)] public nint n; [FieldOffset(0)] public ring* r; [FieldOffset(0)] public fixed byte b[8]; }
            unsafe class C { U u; void M(U v, U* w) { v.p = kmalloc(1, GFP_KERNEL); kfree(v.r); vfree((void*)v.n); w->r->next->next = (ring*)w->p; *w = v; u = *w; kfree(u.p); (*w).n = 0; w[2].b[1] = 3; var z = v with { p = null }; kfree(z.p); } }
            """),
    ];
}
