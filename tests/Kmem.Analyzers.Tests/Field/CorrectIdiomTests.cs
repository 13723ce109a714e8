using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Field;

/// <summary>Idioms of correct code, many of them at once: nothing is to be said of them but what is marked.</summary>
public class CorrectIdiomTests
{
    [Fact]
    public Task Memory_is_published_once() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices; using System.Threading;
        static unsafe class C
        {
            static IntPtr s_p; static void* s_q;
            static IntPtr Get()
            {
                if (s_p != IntPtr.Zero) return s_p;
                IntPtr p = Marshal.AllocHGlobal(64);
                if (Interlocked.CompareExchange(ref s_p, p, IntPtr.Zero) != IntPtr.Zero)
                    Marshal.FreeHGlobal(p);
                return s_p;
            }
            static IntPtr Get2()
            {
                IntPtr p = Marshal.AllocHGlobal(64);
                IntPtr old = Interlocked.CompareExchange(ref s_p, p, IntPtr.Zero);
                if (old == IntPtr.Zero) return p;
                Marshal.FreeHGlobal(p);
                return old;
            }
            static readonly IntPtr Table = Marshal.AllocHGlobal(1024);
            static readonly Lazy<IntPtr> Late = new(() => Marshal.AllocHGlobal(8));
        }
        """);

    [Fact]
    public Task Other_threads_and_containers_take_memory_over() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices; using System.Threading; using System.Threading.Tasks; using System.Linq; using System.Collections.Generic; using System.Collections.Concurrent;
        static unsafe class C
        {
            static void A() { IntPtr p = Marshal.AllocHGlobal(8); Task.Run(() => Marshal.FreeHGlobal(p)); }
            static void B() { byte* p = (byte*)NativeMemory.Alloc(8); p[0] = 1; ThreadPool.QueueUserWorkItem(_ => NativeMemory.Free(p)); }
            static void D() { IntPtr p = Marshal.AllocHGlobal(8); new Thread(static o => Marshal.FreeHGlobal((IntPtr)o!)).Start(p); }
            static IntPtr[] E(string[] s) => s.Select(Marshal.StringToHGlobalAnsi).ToArray();
            static void F(IntPtr[] all) { foreach (var p in all) Marshal.FreeHGlobal(p); }
            static void G(IntPtr[] all) => Array.ForEach(all, Marshal.FreeHGlobal);
            static void H(ConcurrentDictionary<int, IntPtr> d) => d.AddOrUpdate(1, _ => Marshal.AllocHGlobal(8), (_, old) => { Marshal.FreeHGlobal(old); return Marshal.AllocHGlobal(16); });
            static void I(Dictionary<int, IntPtr> d) { if (d.Remove(3, out IntPtr p)) Marshal.FreeHGlobal(p); d[3] = Marshal.AllocHGlobal(8); }
            static void J(object o) { IntPtr p = GCHandle.ToIntPtr(GCHandle.Alloc(o)); Use(p); }
            static void Use(IntPtr p) { GCHandle.FromIntPtr(p).Free(); }
            static void K(object o) { var h = GCHandle.Alloc(o); using var reg = new CancellationTokenSource().Token.Register(() => h.Free()); }
            static void L(Queue<IntPtr> q) { while (q.TryDequeue(out var p)) Marshal.FreeHGlobal(p); }
            static unsafe void O() { }
            static IEnumerable<byte> N() { IntPtr p = Marshal.AllocHGlobal(8); try { for (int i = 0; i < 8; i++) yield return Marshal.ReadByte(p, i); } finally { Marshal.FreeHGlobal(p); } }
        }
        """);

    [Fact]
    public Task A_builder_grows_into_the_pool() => Verify.DotNetAsync("""
        using System; using System.Buffers;
        ref struct Builder
        {
            private char[]? _rented; private Span<char> _chars; private int _pos;
            public Builder(Span<char> initial) { _rented = null; _chars = initial; _pos = 0; }
            public void Append(char c) { if (_pos >= _chars.Length) Grow(1); _chars[_pos++] = c; }
            private void Grow(int more)
            {
                char[] bigger = ArrayPool<char>.Shared.Rent(Math.Max(_pos + more, _chars.Length * 2));
                _chars.Slice(0, _pos).CopyTo(bigger);
                char[]? toReturn = _rented;
                _chars = _rented = bigger;
                if (toReturn != null) ArrayPool<char>.Shared.Return(toReturn);
            }
            public override string ToString() { string s = _chars.Slice(0, _pos).ToString(); Dispose(); return s; }
            public void Dispose() { char[]? toReturn = _rented; this = default; if (toReturn != null) ArrayPool<char>.Shared.Return(toReturn); }
        }
        """);

    [Fact]
    public Task Vectors_trees_and_swapped_pointers() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices;
        unsafe struct Vec<T> where T : unmanaged { public T* Items; public int Count, Cap; public void Push(T v) { if (Count == Cap) { Cap = Cap == 0 ? 4 : Cap * 2; Items = (T*)NativeMemory.Realloc(Items, (nuint)(Cap * sizeof(T))); } Items[Count++] = v; } public T Pop() => Items[--Count]; public void Free() { NativeMemory.Free(Items); this = default; } }
        unsafe struct Node { public Node* L, R; public int V; }
        static unsafe class Tree
        {
            static Node* New(int v) { Node* n = (Node*)NativeMemory.AllocZeroed((nuint)sizeof(Node)); n->V = v; return n; }
            static Node* Insert(Node* root, int v) { if (root == null) return New(v); if (v < root->V) root->L = Insert(root->L, v); else root->R = Insert(root->R, v); return root; }
            static void Free(Node* n) { if (n == null) return; Free(n->L); Free(n->R); NativeMemory.Free(n); }
            static Node* Remove(Node* root, int v)
            {
                if (root == null) return null;
                if (v < root->V) { root->L = Remove(root->L, v); return root; }
                if (v > root->V) { root->R = Remove(root->R, v); return root; }
                if (root->L == null || root->R == null) { Node* child = root->L != null ? root->L : root->R; NativeMemory.Free(root); return child; }
                Node* min = root->R; while (min->L != null) min = min->L;
                root->V = min->V; root->R = Remove(root->R, min->V); return root;
            }
            static int Main2() { Node* r = null; for (int i = 0; i < 10; i++) r = Insert(r, i); r = Remove(r, 3); int s = r->V; Free(r); return s; }
            static int UseVec() { Vec<int> v = default; for (int i = 0; i < 10; i++) v.Push(i); int s = 0; while (v.Count > 0) s += v.Pop(); v.Free(); return s; }
            static void Swap(ref byte* a, ref byte* b) { byte* t = a; a = b; b = t; }
            static void UseSwap() { byte* a = (byte*)NativeMemory.Alloc(8), b = (byte*)NativeMemory.Alloc(8); Swap(ref a, ref b); NativeMemory.Free(a); NativeMemory.Free(b); }
            static void UseSwap2() { byte* a = (byte*)NativeMemory.Alloc(8), b = (byte*)NativeMemory.Alloc(8); byte* t = a; a = b; b = t; NativeMemory.Free(a); NativeMemory.Free(b); }
            static void PingPong(int n) { byte* a = (byte*)NativeMemory.Alloc(8), b = (byte*)NativeMemory.Alloc(8); for (int i = 0; i < n; i++) { byte* t = a; a = b; b = t; a[0] = b[0]; } NativeMemory.Free(a); NativeMemory.Free(b); }
            static byte* Reverse(Node* list) { Node* prev = null; while (list != null) { Node* next = list->L; list->L = prev; prev = list; list = next; } return (byte*)prev; }
            static bool TryAlloc(int n, out byte* p) { p = null; if (n <= 0) return false; p = (byte*)NativeMemory.Alloc((nuint)n); return true; }
            static void UseTry(int n) { if (!TryAlloc(n, out byte* p)) return; p[0] = 1; NativeMemory.Free(p); }
            static void UseTry2(int n) { byte* p = null; try { if (TryAlloc(n, out p)) p[0] = 1; } finally { NativeMemory.Free(p); } }
            static void DoubleBuffer(int n) { byte** bufs = stackalloc byte*[2]; bufs[0] = (byte*)NativeMemory.Alloc(8); bufs[1] = (byte*)NativeMemory.Alloc(8); for (int i = 0; i < n; i++) bufs[i & 1][0] = 1; NativeMemory.Free(bufs[0]); NativeMemory.Free(bufs[1]); }
        }
        """);

    [Fact]
    public Task Objects_that_own_memory_in_every_way() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices; using Microsoft.Win32.SafeHandles; using System.Collections.Generic;
        sealed class HGlobal : SafeHandleZeroOrMinusOneIsInvalid { public HGlobal(int n) : base(true) => SetHandle(Marshal.AllocHGlobal(n)); protected override bool ReleaseHandle() { Marshal.FreeHGlobal(handle); return true; } }
        sealed unsafe class NativeString : IDisposable
        {
            private byte* _p;
            private NativeString(byte* p) => _p = p;
            public static NativeString From(string s) => new((byte*)Marshal.StringToCoTaskMemUTF8(s));
            public static NativeString? TryFrom(string? s) { if (s == null) return null; byte* p = (byte*)Marshal.StringToCoTaskMemUTF8(s); return p == null ? null : new NativeString(p); }
            public override string? ToString() => Marshal.PtrToStringUTF8((IntPtr)_p);
            public void Dispose() { if (_p == null) return; Marshal.FreeCoTaskMem((IntPtr)_p); _p = null; }
        }
        sealed class Many : IDisposable
        {
            private readonly List<IntPtr> _all = new(); private readonly IntPtr[] _fixed = new IntPtr[4];
            public IntPtr Add(int n) { var p = Marshal.AllocHGlobal(n); _all.Add(p); return p; }
            public void Set(int i, int n) { Marshal.FreeHGlobal(_fixed[i]); _fixed[i] = Marshal.AllocHGlobal(n); }
            public void Dispose() { foreach (var p in _all) Marshal.FreeHGlobal(p); _all.Clear(); for (int i = 0; i < _fixed.Length; i++) { Marshal.FreeHGlobal(_fixed[i]); _fixed[i] = IntPtr.Zero; } }
        }
        class Base : IDisposable { private IntPtr _p = Marshal.AllocHGlobal(8); protected IntPtr P => _p; public void Dispose() { Dispose(true); GC.SuppressFinalize(this); } protected virtual void Dispose(bool disposing) { Marshal.FreeHGlobal(_p); _p = IntPtr.Zero; } ~Base() => Dispose(false); }
        sealed class Derived : Base { private IntPtr _q = Marshal.AllocHGlobal(8); protected override void Dispose(bool disposing) { Marshal.FreeHGlobal(_q); _q = default; base.Dispose(disposing); } }
        sealed class Lazy2 : IDisposable { private IntPtr _p; private IntPtr P => _p != 0 ? _p : _p = Marshal.AllocHGlobal(8); public void Set() => Marshal.WriteByte(P, 1); public void Dispose() => Marshal.FreeHGlobal(_p); }
        sealed class Moves : IDisposable { private IntPtr _p = Marshal.AllocHGlobal(8); public IntPtr Detach() { var p = _p; _p = 0; return p; } public void Attach(IntPtr p) { if (_p != p) { Marshal.FreeHGlobal(_p); _p = p; } } public void Dispose() => Marshal.FreeHGlobal(Detach()); }
        sealed class Resizes : IDisposable { private IntPtr _p = Marshal.AllocHGlobal(8); private int _n = 8; public void Ensure(int n) { if (n <= _n) return; _p = Marshal.ReAllocHGlobal(_p, n); _n = n; } public void Dispose() { Marshal.FreeHGlobal(_p); _p = 0; } }
        """);

    [Fact]
    public Task Spin_locks_in_arrays_with_time_outs_and_back_off() => Verify.DotNetAsync("""
        using System; using System.Threading; using System.Collections.Generic;
        sealed class Striped
        {
            private readonly SpinLock[] _locks = new SpinLock[16]; private readonly Dictionary<int, int>[] _maps = new Dictionary<int, int>[16];
            public int Get(int key) { bool taken = false; int i = key & 15; try { _locks[i].Enter(ref taken); return _maps[i].TryGetValue(key, out int v) ? v : -1; } finally { if (taken) _locks[i].Exit(); } }
            public bool TrySet(int key, int v) { bool taken = false; ref SpinLock l = ref _locks[key & 15]; try { l.TryEnter(100, ref taken); if (!taken) return false; _maps[key & 15][key] = v; return true; } finally { if (taken) l.Exit(false); } }
            public void Move(int a, int b) { bool ta = false, tb = false; int lo = Math.Min(a, b), hi = Math.Max(a, b); try { _locks[lo].Enter(ref ta); if (lo != hi) _locks[hi].Enter(ref tb); (_maps[a][0], _maps[b][0]) = (_maps[b][0], _maps[a][0]); } finally { if (tb) _locks[hi].Exit(); if (ta) _locks[lo].Exit(); } }
            private SpinLock _one = new(false);
            public void WaitFor(Func<bool> done) { while (true) { bool taken = false; _one.Enter(ref taken); bool ok = done(); _one.Exit(); if (ok) return; Thread.Sleep(1); } }
            public bool Backoff() { var w = new SpinWait(); for (int i = 0; i < 10; i++) { bool taken = false; _one.TryEnter(ref taken); if (taken) { _one.Exit(); return true; } w.SpinOnce(); } return false; }
        }
        """);

    [Fact]
    public Task Locks_are_taken_and_dropped_in_every_way() => Verify.CompleteAsync("""
        void Backoff(device a, device b) { spin_lock(ref a.lk); while (!spin_trylock(ref b.lk)) { spin_unlock(ref a.lk); udelay(1); spin_lock(ref a.lk); } a.ring = b.ring; spin_unlock(ref b.lk); spin_unlock(ref a.lk); msleep(1); }
        enum mode { none, read, write } static rwlock_t rw;
        void ByMode(mode k) { switch (k) { case mode.read: read_lock(ref rw); break; case mode.write: write_lock(ref rw); break; default: return; } udelay(1); if (k == mode.read) read_unlock(ref rw); else write_unlock(ref rw); msleep(1); }
        void ByMode2(bool w) { if (w) write_lock(ref rw); else read_lock(ref rw); udelay(1); if (w) write_unlock(ref rw); else read_unlock(ref rw); msleep(1); }
        void WithLock(ref spinlock_t l, Action body) { spin_lock(ref l); try { body(); } finally { spin_unlock(ref l); } }
        void UseWith(device d) { WithLock(ref d.lk, () => d.ring = null); msleep(1); }
        static void LockRef(ref spinlock_t l) => spin_lock(ref l); static void UnlockRef(ref spinlock_t l) => spin_unlock(ref l);
        int Locals(device d, int n) { Lock(); int r = n > 3 ? Compute() : 0; Unlock(); return r; void Lock() => spin_lock(ref d.lk); void Unlock() => spin_unlock(ref d.lk); int Compute() { return d.ring->head; } }
        IEnumerable<int> Items(List<int> l) { foreach (int i in l) { spin_lock(ref lk); int v = i * 2; spin_unlock(ref lk); yield return v; } }
        void Flagged(device d, uint f) { bool locked = (f & 1) != 0; if (!locked) spin_lock(ref d.lk); d.ring = null; if (!locked) spin_unlock(ref d.lk); if (!locked) msleep(1); }
        void Flagged2(device d, uint f) { if ((f & 1) == 0) spin_lock(ref d.lk); d.ring = null; if ((f & 1) == 0) { spin_unlock(ref d.lk); msleep(1); } }
        void Phase(device d) { int state = 0; spin_lock(ref d.lk); state = 1; if (d.ring == null) goto out_; spin_unlock(ref d.lk); state = 0; msleep(1); spin_lock(ref d.lk); state = 2; out_: if (state != 0) spin_unlock(ref d.lk); }
        [AcquiresSpinlock("d.lk", When = Outcome.NonNull)] device? Pin(device d) { spin_lock(ref d.lk); device? p = d.parent; if (p == null) { spin_unlock(ref d.lk); return null; } return p; }
        void UsePin(device d) { device? p = Pin(d); if (p == null) { msleep(1); return; } p.ring = null; spin_unlock(ref d.lk); msleep(1); }
        [AcquiresSpinlock("d.lk", When = Outcome.Zero)] int Start(device d) { spin_lock(ref d.lk); if (d.ring != null) return 0; spin_unlock(ref d.lk); return -EIO; }
        void UseStart(device d) { if (Start(d) < 0) { msleep(1); return; } d.ring = null; spin_unlock(ref d.lk); msleep(2); }
        void UseStart2(device d) { int e = Start(d); if (e != 0) { msleep(1); return; } d.ring = null; spin_unlock(ref d.lk); msleep(2); }
        void Nested(device d) { rcu_read_lock(); ring* r = d.ring; if (r != null) { spin_lock(ref r->lk); r->head++; spin_unlock(ref r->lk); } rcu_read_unlock(); msleep(1); }
        void Irq(device d) { if (irqs_disabled()) { spin_lock(ref d.lk); d.ring = null; spin_unlock(ref d.lk); } else { spin_lock_irq(ref d.lk); d.ring = null; spin_unlock_irq(ref d.lk); msleep(1); } }
        void Until(device d) { do { spin_lock(ref d.lk); if (d.ring != null) { spin_unlock(ref d.lk); break; } spin_unlock(ref d.lk); msleep(1); } while (true); msleep(2); }
        void Collect(device[] all) { foreach (device d in all) { if (!spin_trylock(ref d.lk)) continue; try { if (d.ring == null) continue; d.ring = null; } finally { spin_unlock(ref d.lk); } } msleep(1); }
        void TwoLoops(device[] all, int n) { int i; for (i = 0; i < n; i++) spin_lock(ref all[i].lk); udelay(1); while (i-- > 0) spin_unlock(ref all[i].lk); msleep(1); }
        void Table(spinlock_t* locks, uint hash) { spinlock_t* l = &locks[hash & 15]; spin_lock(ref *l); udelay(1); spin_unlock(ref *l); msleep(1); }
        void Table2(spinlock_t[] locks, uint hash) { spin_lock(ref locks[hash & 15]); udelay(1); spin_unlock(ref locks[hash & 15]); msleep(1); }
        void Table3(spinlock_t[] locks, uint hash) { uint i = hash & 15; spin_lock(ref locks[i]); udelay(1); spin_unlock(ref locks[i]); msleep(1); }
        void Pair(spinlock_t[] locks, uint a, uint b) { uint lo = a < b ? a : b, hi = a < b ? b : a; spin_lock(ref locks[lo]); if (hi != lo) spin_lock(ref locks[hi]); udelay(1); if (hi != lo) spin_unlock(ref locks[hi]); spin_unlock(ref locks[lo]); msleep(1); }
        """);

    [Fact]
    public Task Memory_lives_and_dies_in_every_way() => Verify.CompleteAsync("""
        struct obj { public obj* next; public int refs; public byte* name; public ring* r; }
        static kmem_cache s_c = null!;
        static void Get(obj* o) => o->refs++;
        static void Put(obj* o) { if (--o->refs > 0) return; kfree(o->name); kmem_cache_free(s_c, o); }
        static obj* New(byte* name, nuint n) { obj* o = (obj*)kmem_cache_zalloc(s_c, GFP_KERNEL); if (o == null) return null; o->refs = 1; o->name = (byte*)kmemdup(name, n, GFP_KERNEL); if (o->name == null) { kmem_cache_free(s_c, o); return null; } return o; }
        int Use(byte* name) { obj* o = New(name, 8); if (o == null) return -ENOMEM; Get(o); Put(o); int r = o->refs; Put(o); return r; }
        static obj* s_head;
        void Push(obj* o) { spin_lock(ref lk); o->next = s_head; s_head = o; spin_unlock(ref lk); }
        obj* Pop() { spin_lock(ref lk); obj* o = s_head; if (o != null) s_head = o->next; spin_unlock(ref lk); return o; }
        void Drain() { obj* o; while ((o = Pop()) != null) Put(o); }
        int Add(byte* name) { obj* o = New(name, 4); if (o == null) return -ENOMEM; Push(o); return 0; }
        void RemoveIf(Func<int, bool> f) { obj** link = &((device2*)null)->head; for (; *link != null;) { obj* o = *link; if (f(o->refs)) { *link = o->next; Put(o); } else link = &o->next; } } struct device2 { public obj* head; }
        int Bulk() { void** p = stackalloc void*[16]; int n = kmem_cache_alloc_bulk(s_c, GFP_KERNEL, 16, p); if (n == 0) return -ENOMEM; kmem_cache_free_bulk(s_c, 16, p); return 0; }
        int Percpu() { int* c = alloc_percpu<int>(); if (c == null) return -ENOMEM; for (int i = 0; i < NR_CPUS; i++) *per_cpu_ptr(c, i) = i; int* mine = get_cpu_ptr(c); (*mine)++; put_cpu_ptr(c); free_percpu(c); return 0; }
        int Dma(Kmem.device d) { void* p = dma_alloc_coherent(d, 4096, out dma_addr_t h, GFP_KERNEL); if (p == null) return -ENOMEM; memset(p, 1, 4096); dma_free_coherent(d, 4096, p, h); return 0; }
        int Pool(mempool_t pool) { void* e = mempool_alloc(pool, GFP_NOIO); memset(e, 0, 16); mempool_free(e, pool); return 0; }
        int PoolAtomic(mempool_t pool) { void* e = mempool_alloc(pool, GFP_ATOMIC); if (e == null) return -ENOMEM; memset(e, 0, 16); mempool_free(e, pool); return 0; }
        int Caches() { var c = kmem_cache_create("a", 64, 0, 0, null); if (c == null) return -ENOMEM; var p = mempool_create_slab_pool(4, c); if (p == null) { kmem_cache_destroy(c); return -ENOMEM; } mempool_destroy(p); kmem_cache_destroy(c); return 0; }
        int Grow(ref byte* buf, ref nuint cap, nuint want) { if (want <= cap) return 0; byte* p = (byte*)krealloc(buf, want, GFP_KERNEL); if (p == null) return -ENOMEM; buf = p; cap = want; return 0; }
        int UseGrow() { byte* b = null; nuint cap = 0; for (nuint i = 0; i < 100; i++) { if (Grow(ref b, ref cap, i + 1) != 0) { kfree(b); return -ENOMEM; } b[i] = 1; } kfree(b); return 0; }
        int Fallback(nuint n) { void* p = kmalloc(n, GFP_KERNEL | __GFP_NOWARN); if (p == null) p = vmalloc(n); if (p == null) return -ENOMEM; memset(p, 1, n); kvfree(p); return 0; }
        int Loop(int n) { for (int tries = 0; tries < 3; tries++) { byte* p = (byte*)kmalloc((nuint)n, GFP_KERNEL); if (p == null) { msleep(1); continue; } p[0] = 1; kfree(p); return 0; } return -ENOMEM; }
        int Matrix(int rows) { byte** m = (byte**)kcalloc((nuint)rows, (nuint)sizeof(byte*), GFP_KERNEL); if (m == null) return -ENOMEM; int err = 0; for (int i = 0; i < rows; i++) { m[i] = (byte*)kmalloc(64, GFP_KERNEL); if (m[i] == null) { err = -ENOMEM; break; } } for (int i = 0; i < rows; i++) kfree(m[i]); kfree(m); return err; }
        int Two(out byte* a, out byte* b) { a = b = null; a = (byte*)kmalloc(8, GFP_KERNEL); if (a == null) return -ENOMEM; b = (byte*)kmalloc(8, GFP_KERNEL); if (b == null) { kfree(a); a = null; return -ENOMEM; } return 0; }
        int UseTwo() { int e = Two(out byte* a, out byte* b); if (e < 0) return e; a[0] = b[0]; kfree(a); kfree(b); return 0; }
        int Cond(bool big, nuint n) { byte* small = stackalloc byte[64]; byte* p = big ? (byte*)vmalloc(n) : small; if (p == null) return -ENOMEM; p[0] = 1; if (p != small) vfree(p); return 0; }
        int Reuse(device dev, nuint n) { if (dev.buf == null || n > 64) { byte* p = (byte*)kmalloc(n, GFP_KERNEL); if (p == null) return -ENOMEM; kfree(dev.buf); dev.buf = p; } dev.buf[0] = 1; return 0; }
        int Cached(device dev) { byte* p = dev.buf; if (p == null) { p = (byte*)kzalloc(8, GFP_KERNEL); if (p == null) return -ENOMEM; dev.buf = p; } p[0]++; return 0; }
        int Temp(device dev, bool own) { byte* p = own ? (byte*)kzalloc(8, GFP_KERNEL) : dev.buf; if (p == null) return -ENOMEM; p[0]++; if (own) kfree(p); return 0; }
        void Rcu(device dev, ring* fresh) { ring* old = dev.ring; dev.ring = fresh; synchronize_rcu(); kfree(old); }
        void Rcu2(device dev, ring* fresh) { ring* old; spin_lock(ref dev.lk); old = dev.ring; dev.ring = fresh; spin_unlock(ref dev.lk); kfree_rcu(old); }
        int Vmap(uint n) { page** pages = (page**)kmalloc_array(n, (nuint)sizeof(page*), GFP_KERNEL); if (pages == null) return -ENOMEM; uint i; void* map = null; for (i = 0; i < n; i++) { pages[i] = alloc_page(GFP_KERNEL); if (pages[i] == null) goto free; } map = vmap(pages, n); if (map == null) goto free; memset(map, 0, n * 4096); vunmap(map); free: while (i-- > 0) __free_page(pages[i]); kfree(pages); return map == null ? -ENOMEM : 0; }
        byte* Dup(byte* s) { nuint n = 0; while (s[n] != 0) n++; return (byte*)kmemdup(s, n + 1, GFP_KERNEL); }
        int Parse(byte* s) { byte* copy = Dup(s), cur = copy; if (copy == null) return -ENOMEM; int n = 0; while (*cur != 0) { if (*cur == ',') n++; cur++; } kfree(copy); return n; }
        int Chain(int n) { int err; byte* a = (byte*)kmalloc(8, GFP_KERNEL); if (a == null) { err = -ENOMEM; goto e0; } byte* b = (byte*)vmalloc(8); if (b == null) { err = -ENOMEM; goto e1; } err = request_irq(3, null!, 0, "x", a); if (err == 0) free_irq(3, a); vfree(b); kfree(a); return err; e1: kfree(a); e0: return err; }
        """);

    [Fact]
    public Task A_result_below_zero_is_a_failure_for_who_keeps_what_it_took_at_zero() => Verify.CompleteSourcesAsync(
    [
        """
        static unsafe class Native
        {
            [DllImport("x")] public static extern int queue([TakesOwnership(When = Outcome.Zero)] void* p);
            [DllImport("x")] public static extern int drop([Frees("kmalloc", When = Outcome.Zero)] void* p);
            [AcquiresSpinlock("d", When = Outcome.Zero)] public static int begin(ref spinlock_t d) { spin_lock(ref d); if (jiffies > 3) return 0; spin_unlock(ref d); return -EBUSY; }
            static int A() { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return -ENOMEM; int rc = queue(p); if (rc < 0) kfree(p); return rc; }
            static int B() { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return -ENOMEM; int rc = drop(p); if (rc < 0) { kfree(p); return rc; } return 0; }
            static int C() { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return -ENOMEM; int rc = queue(p); if (rc != 0) kfree(p); return rc; }
            static int D() { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return -ENOMEM; int rc = queue(p); if (rc < 0) {|KMEM2005:return|} rc; return 0; }
            static int E() { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return -ENOMEM; int rc = queue(p); if (rc == 0) kfree({|KMEM2003:p|}); else kfree(p); return rc; }
            static int F(ref spinlock_t l) { if (begin(ref l) < 0) return -EIO; udelay(1); spin_unlock(ref l); msleep(1); return 0; }
            static int H(ref spinlock_t l) { int rc = begin(ref l); if (rc != 0) return rc; {|KMEM1002:msleep(1)|}; spin_unlock(ref l); return 0; }
        }
        """,
    ]);

    [Fact]
    public Task Generic_owners_handles_and_rented_arrays() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices; using System.Buffers; using System.Collections.Generic; using System.Runtime.CompilerServices; using System.Threading; using System.Threading.Tasks; using System.IO; using System.Text;
        unsafe struct Native<T> : IDisposable where T : unmanaged { public T* P; public int N; public Native(int n) { N = n; P = (T*)NativeMemory.AllocZeroed((nuint)n, (nuint)sizeof(T)); } public ref T this[int i] => ref P[i]; public Span<T> Span => new(P, N); public void Dispose() { NativeMemory.Free(P); P = null; N = 0; } public Native<T> Clone() { var c = new Native<T>(N); Span.CopyTo(c.Span); return c; } }
        static unsafe class G
        {
            static int A() { using var n = new Native<int>(8); n[0] = 1; return n[0]; }
            static int B() { var n = new Native<int>(8); try { n[0] = 1; return n[0]; } finally { n.Dispose(); } }
            static int D() { using var a = new Native<int>(8); using var b = a.Clone(); return a[0] + b[0]; }
            static Native<byte> E(int n) { var x = new Native<byte>(n); x[0] = 1; return x; }
            static void F(Native<byte>[] all) { for (int i = 0; i < all.Length; i++) { all[i].Dispose(); all[i] = new Native<byte>(4); } }
            static void H(ref Native<byte> x, int n) { if (x.N >= n) return; var y = new Native<byte>(n); x.Span.CopyTo(y.Span); x.Dispose(); x = y; }
            static T I<T>(T v) where T : unmanaged { T* p = (T*)NativeMemory.Alloc((nuint)sizeof(T)); *p = v; T r = *p; NativeMemory.Free(p); return r; }
            static byte[] J(int n) { byte* p = stackalloc byte[64]; byte* q = n > 64 ? (byte*)NativeMemory.Alloc((nuint)n) : p; try { for (int i = 0; i < n; i++) q[i] = 1; return new Span<byte>(q, n).ToArray(); } finally { if (q != p) NativeMemory.Free(q); } }
            static string K(ReadOnlySpan<char> s) { byte[]? rent = null; try { int m = Encoding.UTF8.GetMaxByteCount(s.Length); Span<byte> b = m <= 256 ? stackalloc byte[256] : (rent = ArrayPool<byte>.Shared.Rent(m)); int n = Encoding.UTF8.GetBytes(s, b); return Convert.ToHexString(b[..n]); } finally { if (rent is not null) ArrayPool<byte>.Shared.Return(rent); } }

            static int M(Stream s) { byte[] b = ArrayPool<byte>.Shared.Rent(4096); int n = s.Read(b); byte[] r = b[..n]; ArrayPool<byte>.Shared.Return(b); return r.Length; }
            static IMemoryOwner<byte> N(int n) { var o = MemoryPool<byte>.Shared.Rent(n); o.Memory.Span.Clear(); return o; }
            static int O() { using IMemoryOwner<byte> o = N(8); return o.Memory.Length; }
            static void P(Dictionary<string, GCHandle> d, string k, object v) { if (d.TryGetValue(k, out var old)) old.Free(); d[k] = GCHandle.Alloc(v); }
            static object? Q(IntPtr p) { var h = GCHandle.FromIntPtr(p); object? t = h.Target; h.Free(); return t; }
            static void R(byte[] data, Action<IntPtr> use) { var h = GCHandle.Alloc(data, GCHandleType.Pinned); try { use(h.AddrOfPinnedObject()); } finally { h.Free(); } }
            static void S(byte[][] all, Action<IntPtr[]> use) { var hs = new GCHandle[all.Length]; var ps = new IntPtr[all.Length]; try { for (int i = 0; i < all.Length; i++) { hs[i] = GCHandle.Alloc(all[i], GCHandleType.Pinned); ps[i] = hs[i].AddrOfPinnedObject(); } use(ps); } finally { foreach (var h in hs) if (h.IsAllocated) h.Free(); } }
            static void T() { IntPtr a = IntPtr.Zero, b = IntPtr.Zero; try { a = Marshal.AllocHGlobal(8); b = Marshal.AllocHGlobal(8); Marshal.WriteIntPtr(a, b); } finally { Marshal.FreeHGlobal(b); Marshal.FreeHGlobal(a); } }
            static string? U(object o) { IntPtr p = Marshal.StringToBSTR(o.ToString()); try { return Marshal.PtrToStringBSTR(p); } finally { Marshal.ZeroFreeBSTR(p); } }
            static T V<T>(ReadOnlySpan<byte> b) where T : struct { int n = Marshal.SizeOf<T>(); IntPtr p = Marshal.AllocHGlobal(n); try { for (int i = 0; i < n; i++) Marshal.WriteByte(p, i, b[i]); return Marshal.PtrToStructure<T>(p); } finally { Marshal.FreeHGlobal(p); } }
            static void W(int[] x) { fixed (int* p = x) { int* q = p; for (int i = 0; i < x.Length; i++) *q++ = i; } }
            static nint X(int n) => n switch { 0 => 0, < 10 => Marshal.AllocHGlobal(n), _ => Marshal.AllocCoTaskMem(n) };
            static void Y(nint p, bool co) { switch (co) { case true: Marshal.FreeCoTaskMem(p); break; case false: Marshal.FreeHGlobal(p); break; } }
            static int Z(int n) { nint p = 0; for (int i = 0; i < n; i++) { if (p == 0) p = Marshal.AllocHGlobal(8); Marshal.WriteInt32(p, i); } int r = p == 0 ? 0 : Marshal.ReadInt32(p); Marshal.FreeHGlobal(p); return r; }
        }
        sealed class Cache : IDisposable { private readonly Dictionary<string, nint> _d = new(); public nint Get(string s) { if (!_d.TryGetValue(s, out nint p)) _d.Add(s, p = Marshal.StringToCoTaskMemUTF8(s)); return p; } public bool Drop(string s) { if (!_d.Remove(s, out nint p)) return false; Marshal.FreeCoTaskMem(p); return true; } public void Dispose() { foreach (var (_, p) in _d) Marshal.FreeCoTaskMem(p); _d.Clear(); } }
        sealed unsafe class Slab : IDisposable { private struct Block { public Block* Next; } private Block* _free; private byte* _page; public Slab() { _page = (byte*)NativeMemory.AlignedAlloc(4096, 64); for (int i = 0; i < 64; i++) Put(_page + i * 64); } public void* Get() { Block* b = _free; if (b == null) return null; _free = b->Next; return b; } public void Put(void* p) { Block* b = (Block*)p; b->Next = _free; _free = b; } public void Dispose() { NativeMemory.AlignedFree(_page); _page = null; _free = null; } }
        sealed class Pinned<T> : IDisposable where T : class { private GCHandle _h; public Pinned(T t) => _h = GCHandle.Alloc(t, GCHandleType.Pinned); public nint Address => _h.AddrOfPinnedObject(); public T Target => (T)_h.Target!; public void Dispose() { if (_h.IsAllocated) _h.Free(); } }
        abstract class Resource : IDisposable { private int _refs = 1; public void AddRef() => Interlocked.Increment(ref _refs); public void Dispose() { if (Interlocked.Decrement(ref _refs) == 0) Free(); } protected abstract void Free(); }
        sealed class Buf : Resource { private nint _p = Marshal.AllocHGlobal(8); public nint P => _p; protected override void Free() { Marshal.FreeHGlobal(_p); _p = 0; } static void Use() { var b = new Buf(); b.AddRef(); b.Dispose(); Marshal.WriteByte(b.P, 1); b.Dispose(); } }
        """);

    [Fact]
    public Task Objects_in_the_manner_of_COM() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices;
        static unsafe class Com
        {
            [DllImport("ole32")] static extern int CoCreate(Guid* id, void** p);
            [DllImport("x")] static extern int get_name(IntPtr self, out IntPtr name);
            [DllImport("x")] static extern int get_items(IntPtr self, out IntPtr items, out int count);
            static string? Name(IntPtr self) { int hr = get_name(self, out IntPtr name); if (hr < 0) Marshal.ThrowExceptionForHR(hr); try { return Marshal.PtrToStringUni(name); } finally { Marshal.FreeCoTaskMem(name); } }
            static int[] Items(IntPtr self) { IntPtr items = IntPtr.Zero; try { int hr = get_items(self, out items, out int n); if (hr != 0) return Array.Empty<int>(); var r = new int[n]; Marshal.Copy(items, r, 0, n); return r; } finally { Marshal.FreeCoTaskMem(items); } }
            static IntPtr ToArray(string[] s) { IntPtr a = Marshal.AllocCoTaskMem((s.Length + 1) * IntPtr.Size); for (int i = 0; i < s.Length; i++) Marshal.WriteIntPtr(a, i * IntPtr.Size, Marshal.StringToCoTaskMemUni(s[i])); Marshal.WriteIntPtr(a, s.Length * IntPtr.Size, IntPtr.Zero); return a; }
            static void FreeArray(IntPtr a) { for (int i = 0; Marshal.ReadIntPtr(a, i * IntPtr.Size) is var p && p != IntPtr.Zero; i++) Marshal.FreeCoTaskMem(p); Marshal.FreeCoTaskMem(a); }
            static void Use(string[] s, Action<IntPtr> f) { IntPtr a = ToArray(s); try { f(a); } finally { FreeArray(a); } }
            static void** Vtbl() { void** v = (void**)NativeMemory.Alloc(3, (nuint)sizeof(void*)); v[0] = (delegate* unmanaged<void*, int>)&AddRef; v[1] = null; v[2] = null; return v; }
            [UnmanagedCallersOnly] static int AddRef(void* self) => 1;
            struct Obj { public void** V; public int Refs; public IntPtr Handle; }
            static Obj* Create(object t) { Obj* o = (Obj*)NativeMemory.AllocZeroed((nuint)sizeof(Obj)); o->V = Vtbl(); o->Refs = 1; o->Handle = GCHandle.ToIntPtr(GCHandle.Alloc(t)); return o; }
            static int Release(Obj* o) { int n = --o->Refs; if (n == 0) { GCHandle.FromIntPtr(o->Handle).Free(); NativeMemory.Free(o->V); NativeMemory.Free(o); } return n; }
            static void UseObj() { Obj* o = Create("x"); o->Refs++; Release(o); if (o->Refs == 1) Release(o); }
        }
        """);
}
