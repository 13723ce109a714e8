using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2005: memory that is neither released, returned, stored nor handed over on some path.</summary>
public class LeakTests
{
    [Theory]
    [InlineData("""
        int Test(int n)
        {
            void* p = kmalloc(8, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            if (n < 0)
                {|KMEM2005:return|} -EINVAL;
            kfree(p);
            return 0;
        }
        """)]
    [InlineData("""
        void Test(int n)
        {
            void* p = kmalloc(8, GFP_KERNEL);
            if (p == null)
                return;
            if (n < 0)
                {|KMEM2005:return|};
            kfree(p);
        }
        """)]
    [InlineData("""
        void Test(int n, bool b)
        {
            void* p = kmalloc(8, GFP_KERNEL);
            if (p == null)
                return;
            if (n < 0 && b)
            {
                printk("bad");
                {|KMEM2005:return|};
            }
            kfree(p);
        }
        """)]
    [InlineData("""
        void Test()
        {
            void* p = kmalloc(8, GFP_KERNEL);
            if (p != null)
                memset(p, 1, 8);
        {|KMEM2005:}|}
        """)]
    [InlineData("bool Test() { void* p = vmalloc(8); {|KMEM2005:return|} p != null; }")]
    [InlineData("void Test() { {|KMEM2005:kmalloc(8, GFP_KERNEL)|}; }")]
    [InlineData("void Test() { _ = {|KMEM2005:kmalloc(8, GFP_KERNEL)|}; }")]
    [InlineData("void Test() { if ({|KMEM2005:kmalloc(8, GFP_KERNEL)|} == null) printk(\"no memory\"); }")]
    [InlineData("""
        void Test()
        {
            void* p = kmalloc(8, GFP_KERNEL);
            {|KMEM2005:p = kmalloc(16, GFP_KERNEL)|};
            kfree(p);
        }
        """)]
    [InlineData("""
        void Test()
        {
            void* p = kmalloc(8, GFP_KERNEL);
            {|KMEM2005:p = null|};
        }
        """)]
    [InlineData("""
        int Test(device dev)
        {
            void* a = kmalloc(8, GFP_KERNEL);
            if (a == null)
                return -ENOMEM;
            void* b = kmalloc(8, GFP_KERNEL);
            if (b == null)
                {|KMEM2005:return|} -ENOMEM;
            kfree(b);
            kfree(a);
            return 0;
        }
        """)]
    [InlineData("""
        int Test(device dev)
        {
            int err = -ENOMEM;
            void* a = kmalloc(8, GFP_KERNEL);
            if (a == null)
                goto fail;
            void* b = kmalloc(8, GFP_KERNEL);
            if (b == null)
                goto fail;
            kfree(b);
            kfree(a);
            return 0;
        fail:
            {|KMEM2005:return|} err;
        }
        """)]
    [InlineData("""
        void Test(int n)
        {
            for (int i = 0; i < n; i++)
            {
                void* p = kmalloc(8, GFP_KERNEL);
                if (p == null)
                    continue;
                memset(p, 1, 8);
            {|KMEM2005:}|}
        }
        """)]
    [InlineData("""
        void Test(int n)
        {
            void* p = kmalloc(8, GFP_KERNEL);
            if (p == null)
                throw new OutOfMemoryException();
            if (n < 0)
                {|KMEM2005:throw|} new ArgumentException("n");
            kfree(p);
        }
        """)]
    [InlineData("""
        void Test(int n)
        {
            void* p = kmalloc(8, GFP_KERNEL);
            switch (n)
            {
                case 0: kfree(p); break;
                case 1: kfree(p); return;
                default: {|KMEM2005:return|};
            }
        }
        """)]
    [InlineData("""
        int Test(void* to)
        {
            byte* p = (byte*)kzalloc(64, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            if (copy_from_user(p, to, 64) != 0)
                {|KMEM2005:return|} -EFAULT;
            kfree(p);
            return 0;
        }
        """)]
    [InlineData("""
        static void* Make(int n) { void* p = kmalloc((nuint)n, GFP_KERNEL); if (p != null) memset(p, 1, (nuint)n); return p; }
        int Test(int n)
        {
            void* p = Make(n);
            if (p == null)
                return -ENOMEM;
            if (n > 3)
                {|KMEM2005:return|} n;
            kfree(p);
            return 0;
        }
        """)]
    [InlineData("""
        static bool Make(out void* p) { p = kmalloc(8, GFP_KERNEL); return p != null; }
        int Test(int n)
        {
            if (!Make(out void* p))
                return -ENOMEM;
            if (n > 3)
                {|KMEM2005:return|} n;
            kfree(p);
            return 0;
        }
        """)]
    [InlineData("""
        static void Look(void* p) { if (p != null) memset(p, 1, 8); }
        void Test() { void* p = kmalloc(8, GFP_KERNEL); Look(p); {|KMEM2005:}|}
        """)]
    [InlineData("""
        static int Probe(void* p, int n) { if (n < 0) { kfree(p); return -EINVAL; } return 0; }
        int Test(int n)
        {
            void* p = kmalloc(8, GFP_KERNEL);
            int err = Probe(p, n);
            {|KMEM2005:return|} err;
        }
        """)]
    [InlineData("""
        [DllImport("x")] static extern int probe([Frees("kmalloc", When = Outcome.NonZero)] void* p);
        int Test() { void* p = kmalloc(8, GFP_KERNEL); int e = probe(p); if (e != 0) return e; {|KMEM2005:return|} 0; }
        """)]
    [InlineData("""
        void Test()
        {
            ring* r = (ring*)kzalloc(64, GFP_KERNEL);
            if (r == null)
                return;
            r->buf = (byte*)kmalloc(8, GFP_KERNEL);
            kfree(r);
        {|KMEM2005:}|}
        """)]
    [InlineData("""
        int Test(nuint n)
        {
            void* p = kmalloc(8, GFP_KERNEL);
            if (p == null)
                return -ENOMEM;
            void* q = krealloc(p, n, GFP_KERNEL);
            if (q == null)
                {|KMEM2005:return|} -ENOMEM;
            kfree(q);
            return 0;
        }
        """)]
    [InlineData("void Test(object o) { var h = GCHandle.Alloc(o, GCHandleType.Pinned); Marshal.WriteByte(h.AddrOfPinnedObject(), 1); {|KMEM2005:}|}")]
    [InlineData("void Test() { page* p = alloc_pages(GFP_KERNEL, 2); if (p == null) return; void* a = page_address(p); {|KMEM2005:}|}")]
    [InlineData("int Test() { var c = kmem_cache_create(\"c\", 8, 0, 0, null); if (c == null) return -ENOMEM; void* p = kmem_cache_alloc(c, GFP_KERNEL); if (p == null) {|KMEM2005:return|} -ENOMEM; kmem_cache_free(c, p); kmem_cache_destroy(c); return 0; }")]
    [InlineData("void Test() { nint p = Marshal.AllocHGlobal(8); Marshal.WriteByte(p, 1); {|KMEM2005:}|}")]
    [InlineData("void* this[int n] { get { void* p = kmalloc(8, GFP_KERNEL); if (n > 3) {|KMEM2005:return|} null; return p; } }")]
    [InlineData("Action Test() => () => { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; memset(p, 1, 8); {|KMEM2005:}|};")]
    [InlineData("void Recursive(int n) { void* p = kmalloc(8, GFP_KERNEL); if (n > 0) Recursive(n - 1); else {|KMEM2005:return|}; kfree(p); }")]
    [InlineData("static void Look(ref nint p) => Marshal.ReadByte(p); void Test() { nint p = Marshal.AllocHGlobal(4); Look(ref p); {|KMEM2005:}|}")]
    [InlineData("static void Free(ring* r, bool really) { if (really) { if (r->next != null) printk(\"next\"); kfree(r); } } int Test(bool really) { var r = (ring*)kzalloc(64, GFP_KERNEL); if (r == null) return -ENOMEM; Free(r, really); if (!really) {|KMEM2005:return|} 0; return 1; }")]
    public Task Memory_that_is_lost_is_reported(string members) => Verify.CompleteAsync(members);

    [Theory]
    [InlineData("void* Test() { void* p = kmalloc(8, GFP_KERNEL); return p; }")]
    [InlineData("byte* Test() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); return p == null ? null : p + 4; }")]
    [InlineData("void* Test() => kmalloc(8, GFP_KERNEL);")]
    [InlineData("void Test(device dev) { dev.buf = (byte*)kmalloc(8, GFP_KERNEL); }")]
    [InlineData("void Test(device dev) { byte* p = (byte*)kmalloc(8, GFP_KERNEL); dev.buf = p; }")]
    [InlineData("static void* s_p; void Test() { void* p = kmalloc(8, GFP_KERNEL); s_p = p; }")]
    [InlineData("void Test(out void* q) { q = kmalloc(8, GFP_KERNEL); }")]
    [InlineData("void Test(void** q) { *q = kmalloc(8, GFP_KERNEL); }")]
    [InlineData("void Test(List<nint> l) { void* p = kmalloc(8, GFP_KERNEL); l.Add((nint)p); }")]
    [InlineData("void Test(nint[] a) { void* p = kmalloc(8, GFP_KERNEL); a[0] = (nint)p; }")]
    [InlineData("Action Test() { void* p = kmalloc(8, GFP_KERNEL); return () => kfree(p); }")]
    [InlineData("void Test() { void* p = kmalloc(8, GFP_KERNEL); Drop(); void Drop() => kfree(p); }")]
    [InlineData("extern static void Take(void* p); void Test() { void* p = kmalloc(8, GFP_KERNEL); Take(p); }")]
    [InlineData("[DllImport(\"x\")] static extern void give([TakesOwnership] void* p); void Test() { void* p = kmalloc(8, GFP_KERNEL); if (p != null) give(p); }")]
    [InlineData("static void* s_p; static void Take(void* p) => s_p = p; void Test() { void* p = kmalloc(8, GFP_KERNEL); Take(p); }")]
    [InlineData("void Test(delegate*<void*, void> f) { void* p = kmalloc(8, GFP_KERNEL); f(p); }")]
    [InlineData("sealed class Box(nint p) { public nint P = p; } Box Test() { nint p = Marshal.AllocHGlobal(8); return new Box(p); }")]
    [InlineData("sealed class Box { public nint P; } Box Test() { var b = new Box(); b.P = Marshal.AllocHGlobal(8); return b; }")]
    [InlineData("struct Box { public nint P; } Box Test() { Box b; b.P = Marshal.AllocHGlobal(8); return b; }")]
    [InlineData("(nint, int) Test() { nint p = Marshal.AllocHGlobal(8); return (p, 8); }")]
    [InlineData("nuint Test() { byte* p = (byte*)kmalloc(64, GFP_KERNEL); return ((nuint)p + 15) & ~(nuint)15; }")]
    [InlineData("ulong Test() { byte* p = (byte*)kmalloc(64, GFP_KERNEL); return (ulong)p >> 12; }")]
    [InlineData("static nuint s_base; nuint Test() { byte* p = (byte*)kmalloc(64, GFP_KERNEL); return p == null ? 0 : ((nuint)p - s_base) / 64; }")]
    [InlineData("Span<byte> Test() { byte* p = (byte*)kmalloc(64, GFP_KERNEL); return new Span<byte>(p, 64); }")]
    [InlineData("IEnumerable<nint> Test() { nint p = Marshal.AllocHGlobal(8); yield return p; }")]
    [InlineData("""
        int Test(device dev)
        {
            int err = -ENOMEM;
            void* a = kmalloc(8, GFP_KERNEL);
            if (a == null)
                goto out_none;
            void* b = kmalloc(8, GFP_KERNEL);
            if (b == null)
                goto out_a;
            void* c = vmalloc(8);
            if (c == null)
                goto out_b;
            err = 0;
            vfree(c);
        out_b:
            kfree(b);
        out_a:
            kfree(a);
        out_none:
            return err;
        }
        """)]
    [InlineData("""
        int Test(device dev)
        {
            byte* a = null;
            void* b = null;
            int err = -ENOMEM;
            a = (byte*)kmalloc(8, GFP_KERNEL);
            if (a == null)
                goto fail;
            b = kmalloc(8, GFP_KERNEL);
            if (b == null)
                goto fail;
            kfree(b);
            dev.buf = a;
            return 0;
        fail:
            kfree(b);
            kfree(a);
            return err;
        }
        """)]
    [InlineData("int Test(int n) { void* p = kmalloc(8, GFP_KERNEL); try { if (n > 0) return 1; if (n < -5) throw new Exception(); return 0; } finally { kfree(p); } }")]
    [InlineData("void Test(int n) { nint p = Marshal.AllocHGlobal(8); try { Marshal.WriteByte(p, 1); n = 3; } catch { Marshal.FreeHGlobal(p); throw; } Marshal.FreeHGlobal(p); }")]
    [InlineData("void Test(int n) { void* p = null; if (n > 3) p = kmalloc(8, GFP_KERNEL); n++; if (p != null) memset(p, 1, 8); kfree(p); }")]
    [InlineData("void Test(bool b) { void* p = null; if (b) p = kmalloc(8, GFP_KERNEL); if (b) kfree(p); }")]
    [InlineData("void Test() { void* p; do { p = kmalloc(8, GFP_KERNEL); } while (p == null); kfree(p); }")]
    [InlineData("void Test(int n) { void* p = kmalloc(8, GFP_KERNEL); for (int i = 0; p == null && i < n; i++) p = kmalloc(8, GFP_KERNEL); kfree(p); }")]
    [InlineData("void Test(int n) { for (int i = 0; i < n; i++) { void* p = kmalloc(8, GFP_KERNEL); if (p == null) break; memset(p, 1, 8); kfree(p); } }")]
    [InlineData("""
        int Test(int n)
        {
            void** all = (void**)kcalloc((nuint)n, 8, GFP_KERNEL);
            if (all == null)
                return -ENOMEM;
            int i;
            for (i = 0; i < n; i++)
            {
                all[i] = kmalloc(8, GFP_KERNEL);
                if (all[i] == null)
                    goto unwind;
            }
            i = n;
        unwind:
            while (--i >= 0)
                kfree(all[i]);
            kfree(all);
            return 0;
        }
        """)]
    [InlineData("""
        ring* Test(int n)
        {
            ring* head = null;
            for (int i = 0; i < n; i++)
            {
                ring* r = (ring*)kzalloc(64, GFP_KERNEL);
                if (r == null)
                    break;
                r->next = head;
                head = r;
            }
            return head;
        }
        """)]
    [InlineData("""
        void Test(int n)
        {
            ring* head = null;
            for (int i = 0; i < n; i++)
            {
                ring* r = (ring*)kzalloc(64, GFP_KERNEL);
                if (r == null)
                    break;
                r->next = head;
                head = r;
            }
            while (head != null)
            {
                ring* next = head->next;
                kfree(head);
                head = next;
            }
        }
        """)]
    [InlineData("""
        void Test()
        {
            ring* r = (ring*)kzalloc(64, GFP_KERNEL);
            if (r == null)
                return;
            r->buf = (byte*)kmalloc(8, GFP_KERNEL);
            kfree(r->buf);
            kfree(r);
        }
        """)]
    [InlineData("""
        static void Drop(ring* r) { if (r == null) return; kfree(r->buf); kfree(r); }
        void Test()
        {
            ring* r = (ring*)kzalloc(64, GFP_KERNEL);
            if (r == null)
                return;
            r->buf = (byte*)kmalloc(8, GFP_KERNEL);
            Drop(r);
        }
        """)]
    [InlineData("""
        ring* Test()
        {
            ring* r = (ring*)kzalloc(64, GFP_KERNEL);
            if (r == null)
                return null;
            r->buf = (byte*)kmalloc(8, GFP_KERNEL);
            if (r->buf == null) { kfree(r); return null; }
            return r;
        }
        """)]
    [InlineData("int Test(int n) { void* p = kmalloc(8, GFP_KERNEL); switch (n) { case 0: kfree(p); return 0; case 1: kfree(p); break; default: kfree(p); break; } return 1; }")]
    [InlineData("void Test(int n) { void* p = kmalloc(8, GFP_KERNEL); if (n > 3) BUG(); kfree(p); }")]
    [InlineData("void Test(int n) { void* p = kmalloc(8, GFP_KERNEL); if (n > 3) { while (true) { } } kfree(p); }")]
    [InlineData("void Test() { var a = System.Buffers.ArrayPool<byte>.Shared.Rent(8); a[0] = 1; }")]
    [InlineData("void Test() { using var m = System.Buffers.MemoryPool<byte>.Shared.Rent(8); }")]
    [InlineData("void Test(object o) { GCHandle h = default; try { h = GCHandle.Alloc(o); } finally { if (h.IsAllocated) h.Free(); } }")]
    [InlineData("nint Test(object o) { var h = GCHandle.Alloc(o); return GCHandle.ToIntPtr(h); }")]
    [InlineData("ref struct Guard(void* p) { void* _p = p; public void Dispose() => kfree(_p); } void Test() { void* p = kmalloc(8, GFP_KERNEL); using var g = new Guard(p); }")]
    [InlineData("sealed class Handle() : SafeHandle(0, true) { public void Fill() => SetHandle(Marshal.AllocHGlobal(8)); public override bool IsInvalid => handle == 0; protected override bool ReleaseHandle() { Marshal.FreeHGlobal(handle); return true; } }")]
    [InlineData("readonly nint _p; Driver() { nint p = Marshal.AllocHGlobal(8); _p = p; } ~Driver() => Marshal.FreeHGlobal(_p);")]
    [InlineData("void Test(irq_handler_t h) { void* p = kmalloc(8, GFP_KERNEL); request_irq(1, h, 0, \"x\", p); }")]
    [InlineData("void Test() { void* p = kmalloc(8, GFP_KERNEL); kfree_rcu(p); }")]
    [InlineData("void Test() { void* p = vmalloc(8); if (is_vmalloc_addr(p)) vfree(p); else kfree(p); }")]
    [InlineData("static void* Get() { void* p = kmalloc(8, GFP_KERNEL); s_last = p; return p; } static void* s_last; void Test() { void* p = Get(); if (p != null) memset(p, 1, 8); }")]
    [InlineData("unsafe struct Pool { public void* P; public void Init() { P = kmalloc(8, GFP_KERNEL); } public void Drop() { kfree(P); P = null; } } void Test() { var p = new Pool(); p.Init(); p.Drop(); }")]
    [InlineData("static void Grow(ref void* p) { void* q = krealloc(p, 16, GFP_KERNEL); if (q != null) p = q; } void Test() { void* p = kmalloc(8, GFP_KERNEL); Grow(ref p); kfree(p); }")]
    [InlineData("static bool Valid([NotNullWhen(true)] void* p) => p != null; void Test() { void* p = kmalloc(8, GFP_KERNEL); if (!Valid(p)) return; kfree(p); }")]
    [InlineData("[DllImport(\"c\")] static extern int missing([NotNullWhen(false)] void* p); void Test() { void* p = kmalloc(8, GFP_KERNEL); if (missing(p) != 0) return; kfree(p); }")]
    [InlineData("[DllImport(\"c\")] [return: Allocates(\"map\", FailureValue = -1)] static extern void* map(); [DllImport(\"c\")] static extern void unmap([Frees(\"map\")] void* p); void Test() { void* p = map(); if (p == null || p == (void*)-1) return; unmap(p); }")]
    [InlineData("static bool Valid(void* p) => p != null; void Test() { void* p = kmalloc(8, GFP_KERNEL); if (!Valid(p)) return; kfree(p); }")]
    [InlineData("static nint kept; static void Keep(ref nint p) => kept = p; void Test() { nint p = Marshal.AllocHGlobal(4); Keep(ref p); }")]
    [InlineData("static readonly List<nint> kept = new(); static void Keep(in nint p) => kept.Add(p); void Test() { nint p = Marshal.AllocHGlobal(4); Keep(in p); }")]
    [InlineData("static readonly List<nint> kept = new(); static void Keep(nint* p) { kept.Add(*p); } void Test() { nint p = Marshal.AllocHGlobal(4); Keep(&p); }")]
    [InlineData("static ring first; static void Keep(ref byte* p) { first.buf = p; p = null; } void Test() { var p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; Keep(ref p); kfree(p); }")]
    [InlineData("ref struct Freeing { ref nint p; public Freeing(ref nint p) => this.p = ref p; public void Dispose() { Marshal.FreeHGlobal(p); p = 0; } } static int Test() { nint p = Marshal.AllocHGlobal(4); using (new Freeing(ref p)) { return Marshal.ReadInt32(p); } }")]
    [InlineData("nint kept; static void Swap(ref nint a, ref nint b) { (a, b) = (b, a); } void Test() { nint p = Marshal.AllocHGlobal(4); Swap(ref p, ref kept); Marshal.FreeHGlobal(p); }")]
    [InlineData("static byte* kept; static void Swap(byte** a, byte** b) { byte* t = *a; *a = *b; *b = t; } void Test() { var p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; fixed (byte** q = &kept) Swap(&p, q); kfree(p); }")]
    [InlineData("static void Put(ring* r) { if (r == null) return; if (Interlocked.Decrement(ref r->head) != 0) return; if (r->next != null) printk(\"next\"); kfree(r->buf); kfree(r); } int Test(int n) { var r = (ring*)kzalloc(64, GFP_KERNEL); if (r == null) return -ENOMEM; r->head = 1; if (n > 3) { Put(r); return -EBUSY; } Put(r); return 0; }")]
    [InlineData("static void Put(ring* r, bool now) { if (now) { if (Interlocked.Decrement(ref r->head) == 0) { if (r->next != null) printk(\"next\"); kfree(r); } } else kfree_rcu(r); } int Test(bool now) { var r = (ring*)kzalloc(64, GFP_KERNEL); if (r == null) return -ENOMEM; Put(r, now); return 0; }")]
    [InlineData("static void Free(ring* r, bool really) { if (r == null) return; if (!really) return; kfree(r); } int Test() { var r = (ring*)kzalloc(64, GFP_KERNEL); if (r == null) return -ENOMEM; Free(r, true); return 0; }")]
    public Task Memory_that_is_handed_on_is_not(string members) => Verify.CompleteAsync(members);

    [Fact]
    public Task Two_pieces_lost_at_one_place_are_two_reports() => Verify.CompleteAsync(
        "int Test() { void* a = {|#1:kmalloc(8, GFP_KERNEL)|}; void* b = {|#2:vmalloc(8)|}; {|#0:return|} 0; }",
        Verify.Report("KMEM2005").WithLocation(0).WithLocation(1).WithMessage("'a' holds memory from 'kmalloc' that is never released on the way to here"),
        Verify.Report("KMEM2005").WithLocation(0).WithLocation(2).WithMessage("'b' holds memory from 'vmalloc' that is never released on the way to here"));

    [Fact]
    public Task What_one_variable_holds_is_one_report() => Verify.CompleteAsync("""
        static byte* Test(int n)
        {
            byte* buf = (byte*)kzalloc(16, GFP_KERNEL);
            if (buf == null)
                return null;
            for (int i = 0; i < n; i++)
            {
                byte* grown = (byte*)krealloc(buf, (nuint)i, GFP_KERNEL);
                if (grown == null)
                    {|#0:return|} null;
                buf = grown;
            }
            return buf;
        }
        """.Replace("(byte*)kzalloc(16, GFP_KERNEL)", "(byte*){|#1:kzalloc(16, GFP_KERNEL)|}", StringComparison.Ordinal),
        Verify.Report("KMEM2005").WithLocation(0).WithLocation(1).WithMessage("'buf' holds memory from 'kzalloc' that is never released on the way to here"));

    [Fact]
    public Task A_dropped_result_has_a_message_of_its_own() => Verify.CompleteAsync(
        "void Test() { {|#0:kmalloc(8, GFP_KERNEL)|}; }",
        Verify.Report("KMEM2005").WithLocation(0).WithLocation(0).WithMessage("The memory that 'kmalloc' gives is never released"));
}
