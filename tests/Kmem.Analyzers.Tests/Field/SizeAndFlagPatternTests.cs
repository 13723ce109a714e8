using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Field;

/// <summary>Sizes, orders, flags and stack memory as drivers compute them.</summary>
public class SizeAndFlagPatternTests
{
    [Fact]
    public Task Constant_sizes_beyond_the_allocator() => Verify.CompleteAsync("""
        const int Entries = 40000;
        int* A() => (int*)kmalloc({|KMEM4001:Entries * sizeof(int)|}, GFP_KERNEL);

        byte* C() => (byte*)kmalloc(128 * 1024, GFP_KERNEL);
        byte* D(bool big) { nuint size = 4096; if (big) size = 1 << 20; return (byte*)kmalloc({|KMEM4001:size|}, GFP_KERNEL); }
        static void* Get(nuint n) => kmalloc(n, GFP_KERNEL);
        byte* E() => (byte*)Get({|KMEM4001:1 << 18|});
        byte* F() => (byte*)vmalloc(1 << 20);
        byte* G(nuint n) => n > 128 * 1024 ? (byte*)vmalloc(n) : (byte*)kmalloc(n, GFP_KERNEL);
        """);

    [Fact]
    public Task Constant_orders_beyond_the_allocator() => Verify.CompleteAsync("""
        page* A() => alloc_pages(GFP_KERNEL, {|KMEM4002:11|});
        nuint B() => __get_free_pages(GFP_KERNEL, 10);
        nuint C(int n) { uint order = 0; while ((4096u << (int)order) < n) order++; return __get_free_pages(GFP_KERNEL, order); }
        const uint Order = MAX_ORDER;
        nuint D() => __get_free_pages(GFP_KERNEL, {|KMEM4002:Order|});
        page* E(bool b) { uint o = b ? 3u : 12u; return alloc_pages(GFP_KERNEL, {|KMEM4002:o|}); }
        page* F() => alloc_pages(GFP_KERNEL, {|KMEM4002:MAX_ORDER - 1 + 1|});
        """);

    [Fact]
    public Task Products_that_nothing_limits() => Verify.CompleteAsync("""
        struct rec { public int a, b, c, d; }
        rec* A(int n) => (rec*)kmalloc({|KMEM4003:(nuint)(n * sizeof(rec))|}, GFP_KERNEL);
        rec* N(int n) { var c = Math.Min(n, 64); return (rec*)kmalloc((nuint)(c * sizeof(rec)), GFP_KERNEL); }
        rec* O(int n) { n &= 0xff; return (rec*)kmalloc((nuint)(n * sizeof(rec)), GFP_KERNEL); }
        rec* B(ushort n) => (rec*)kmalloc((nuint)(n * sizeof(rec)), GFP_KERNEL);
        rec* C(int n) { nuint size = (nuint)n * (nuint)sizeof(rec); return (rec*)kzalloc({|KMEM4003:size|}, GFP_KERNEL); }
        rec* D(int n) { if (n > 100) return null; return (rec*)kmalloc((nuint)(n * sizeof(rec)), GFP_KERNEL); }
        rec* E(int n) => (rec*)kmalloc_array((nuint)n, (nuint)sizeof(rec), GFP_KERNEL);
        byte* F(int w, int h) => (byte*)kmalloc({|KMEM4003:(nuint)w * (nuint)h|}, GFP_KERNEL);
        rec* G() => (rec*)kmalloc((nuint)(16 * sizeof(rec)), GFP_KERNEL);
        byte* I(int n) => (byte*)kmalloc((nuint)(n + 16), GFP_KERNEL);
        rec* J(device dev) => (rec*)krealloc(dev.buf, {|KMEM4003:(nuint)dev.ring->head * (nuint)sizeof(rec)|}, GFP_KERNEL);
        rec* K(int n) => (rec*)kmalloc((nuint)n << 4, GFP_KERNEL);
        rec* L(int n) { n = Math.Min(n, 64); return (rec*)kmalloc((nuint)(n * sizeof(rec)), GFP_KERNEL); }
        rec* M(int n) => (rec*)kmalloc((nuint)((n & 0xff) * sizeof(rec)), GFP_KERNEL);
        """);

    [Fact]
    public Task Sizes_of_other_types_than_the_result() => Verify.CompleteAsync("""
        struct rec { public int a, b, c, d; } struct big { public rec r; public fixed byte data[100]; }
        rec* A() => (rec*)kmalloc({|KMEM4005:(nuint)sizeof(int)|}, GFP_KERNEL);
        big* B() { big* b = (big*)kzalloc({|KMEM4005:(nuint)sizeof(rec)|}, GFP_KERNEL); return b; }
        rec* C() => (rec*)kmalloc((nuint)sizeof(big), GFP_KERNEL);
        rec** D(int n) => (rec**)kmalloc_array((nuint)n, (nuint)sizeof(rec*), GFP_KERNEL);
        big* E() { big* b; b = (big*)kmalloc({|KMEM4005:(nuint)sizeof(big*)|}, GFP_KERNEL); return b; }
        void F(device dev) { dev.ring = (ring*)kzalloc({|KMEM4005:(nuint)sizeof(void*)|}, GFP_KERNEL); }
        rec* G() => (rec*)kmalloc((nuint)(sizeof(int) + sizeof(rec)), GFP_KERNEL);
        byte* H() => (byte*)kmalloc((nuint)sizeof(rec), GFP_KERNEL);
        rec* I() => (rec*)kmalloc((nuint)Marshal.SizeOf<rec>(), GFP_KERNEL);
        """);

    [Fact]
    public Task Pages_of_high_memory_have_no_address() => Verify.CompleteAsync("""
        void* A() { page* p = alloc_pages(GFP_HIGHUSER, 0); if (p == null) return null; return page_address({|KMEM4006:p|}); }
        void* B() { page* p = alloc_page(GFP_KERNEL); if (p == null) return null; return page_address(p); }
        void* D(bool high) { gfp_t f = high ? GFP_HIGHUSER : GFP_KERNEL; page* p = alloc_page(f); if (p == null) return null; return high ? kmap(p) : page_address(p); }
        void* E() { page* p = alloc_page(GFP_HIGHUSER); if (p == null) return null; if (PageHighMem(p)) return kmap(p); return page_address(p); }
        """);

    [Fact]
    public Task Memory_that_users_see_must_be_written_first() => Verify.CompleteAsync("""
        struct info { public int a; public int b; public fixed byte name[8]; }
        int A(byte* user) { info* i = (info*)kmalloc((nuint)sizeof(info), GFP_KERNEL); if (i == null) return -ENOMEM; i->a = 1; i->b = 2; nuint left = copy_to_user(user, {|KMEM4008:i|}, (nuint)sizeof(info)); kfree(i); return left == 0 ? 0 : -EFAULT; }
        int B(byte* user) { info* i = (info*)kzalloc((nuint)sizeof(info), GFP_KERNEL); if (i == null) return -ENOMEM; i->a = 1; nuint left = copy_to_user(user, i, (nuint)sizeof(info)); kfree(i); return left == 0 ? 0 : -EFAULT; }
        extern static void fill(void* p);
        int C(byte* user) { info* i = (info*)kmalloc((nuint)sizeof(info), GFP_KERNEL); if (i == null) return -ENOMEM; fill(i); nuint left = copy_to_user(user, i, (nuint)sizeof(info)); kfree(i); return left == 0 ? 0 : -EFAULT; }
        int D(byte* user, byte* from, nuint n) { byte* p = (byte*)kmalloc(n, GFP_KERNEL); if (p == null) return -ENOMEM; memset(p, 0xff, n); nuint left = copy_to_user(user, p, n); kfree(p); return left == 0 ? 0 : -EFAULT; }
        int E(byte* user, nuint n) { byte* p = (byte*)kmalloc(n, GFP_KERNEL); if (p == null) return -ENOMEM; for (nuint i = 0; i < n; i++) p[i] = 1; nuint left = copy_to_user(user, p, n); kfree(p); return left == 0 ? 0 : -EFAULT; }
        int F(byte* user) { info* i = (info*)kmalloc((nuint)sizeof(info), GFP_KERNEL); if (i == null) return -ENOMEM; *i = default; i->a = 1; nuint left = copy_to_user(user, i, (nuint)sizeof(info)); kfree(i); return left == 0 ? 0 : -EFAULT; }
        int G(byte* user, device dev) { nuint left = copy_to_user(user, dev.buf, 8); return left == 0 ? 0 : -EFAULT; }
        int H(byte* user, byte* other) { byte* p = (byte*)kmalloc(16, GFP_KERNEL); if (p == null) return -ENOMEM; if (copy_from_user(p, other, 16) != 0) { kfree(p); return -EFAULT; } nuint left = copy_to_user(user, p, 16); kfree(p); return left == 0 ? 0 : -EFAULT; }
        """);

    [Fact]
    public Task Memory_of_the_platform_is_cleared_at_once() => Verify.DotNetAsync("""
        using System; using System.Runtime.InteropServices; using System.Runtime.CompilerServices;
        static unsafe class C {
         static void* A(nuint n) { void* p = {|KMEM4004:NativeMemory.Alloc(n)|}; NativeMemory.Clear(p, n); return p; }
         static void* B(uint n) { void* p = {|KMEM4004:NativeMemory.Alloc(n)|}; Unsafe.InitBlock(p, 0, n); return p; }
         static void* D(nuint n) { byte* p = (byte*)NativeMemory.Alloc(n); NativeMemory.Clear(p + 4, n - 4); *(int*)p = 3; return p; }
         static void* E(nuint n, byte v) { void* p = NativeMemory.Alloc(n); NativeMemory.Fill(p, n, v); return p; }
         static void* F(nuint n) { void* p = NativeMemory.Alloc(n); if (n > 100) NativeMemory.Clear(p, n); return p; }
        }
        """);

    [Fact]
    public Task Objects_that_come_and_go_in_a_loop() => Verify.CompleteAsync("""
        struct job { public int id; public job* next; }
        void Loop(int n) { for (int i = 0; i < n; i++) { job* j = (job*){|KMEM4007:kmalloc((nuint)sizeof(job), GFP_KERNEL)|}; if (j == null) break; j->id = i; kfree(j); } }
        void Once() { job* j = (job*)kmalloc((nuint)sizeof(job), GFP_KERNEL); if (j == null) return; j->id = 1; kfree(j); }
        """);

    [Fact]
    public Task Flags_that_are_put_together_on_the_way() => Verify.CompleteAsync("""
        void* A() => kmalloc(8, {|KMEM3001:GFP_KERNEL | __GFP_DMA | __GFP_DMA32|});
        void* B(bool irq) => kmalloc(8, (irq ? GFP_ATOMIC : GFP_KERNEL) | __GFP_NOWARN);
        gfp_t Mask(bool irq) { gfp_t f = GFP_KERNEL; if (irq) f &= ~__GFP_WAIT; return f; }
        void* C(bool irq) => kmalloc(8, Mask(irq));
        void* D(device dev) { gfp_t f = dev.flags & ~(__GFP_DMA | __GFP_DMA32); return kmalloc(8, f | __GFP_DMA); }
        void* E(gfp_t f) { if ((f & __GFP_WAIT) != 0) f |= __GFP_NOFAIL; return kmalloc(8, f); }
        """);

    [Fact]
    public Task Stack_memory_of_handlers_and_helpers() => Verify.CompleteAsync("""
        struct frame { public fixed byte data[900]; }
        [AtomicContext] void A() { frame {|KMEM5001:f|}; frame g; f.data[0] = 1; g.data[0] = 2; printk("" + f.data[0] + g.data[0]); }
        void B(int n) { Span<byte> s = n <= 512 ? stackalloc byte[512] : new byte[n]; s[0] = 1; printk(""); }
        void C(int n) { byte* p = {|KMEM5002:stackalloc byte[n]|}; p[0] = 1; printk(""); }
        void D(int n) { if ((uint)n > 256) return; byte* p = stackalloc byte[n]; p[0] = 1; printk(""); }
        void E(ReadOnlySpan<byte> s) { Span<byte> p = s.Length <= 64 ? stackalloc byte[64] : new byte[s.Length]; s.CopyTo(p); printk(""); }
        void F(ReadOnlySpan<byte> s) { const int Max = 64; if (s.Length > Max) throw new ArgumentException(); Span<byte> p = stackalloc byte[s.Length]; s.CopyTo(p); printk(""); }
        void G() { foreach (byte b in stackalloc byte[] { 1, 2, 3 }) printk("" + b); }
        """);

    [Fact]
    public Task Flags_that_reach_back_into_the_file_system() => Verify.CompleteAsync("""
        [NoFsContext] void* A(nuint n) => kmalloc(n, {|KMEM3002:GFP_KERNEL|});
        void* Alloc(nuint n, gfp_t f) => kmalloc(n, f);
        [NoFsContext] void* B(nuint n) => Alloc(n, {|KMEM3002:GFP_KERNEL|});
        [NoIoContext] void* C(nuint n) => Alloc(n, GFP_NOIO);
        void* Fixed(nuint n) => kmalloc(n, GFP_KERNEL);
        """);

    [Fact]
    public Task Objects_of_two_caches() => Verify.CompleteAsync("""
        readonly kmem_cache _inodes = null!, _dentries = null!;
        void* A() => kmem_cache_alloc(_inodes, GFP_KERNEL);
        void B() { void* p = A(); if (p != null) kmem_cache_free({|KMEM2008:_dentries|}, p); }
        void C(bool d) { kmem_cache c = d ? _dentries : _inodes; void* p = kmem_cache_alloc(c, GFP_KERNEL); if (p == null) return; if (d) kmem_cache_free(_dentries, p); else kmem_cache_free(_inodes, p); }
        """);

    [Fact]
    public Task Orders_that_are_computed() => Verify.CompleteAsync("""
        static uint OrderOf(nuint size) { uint order = 0; while ((4096u << (int)order) < size) order++; return order; }
        int A(nuint size) { uint order = OrderOf(size); nuint p = __get_free_pages(GFP_KERNEL, order); if (p == 0) return -ENOMEM; free_pages(p, order); return 0; }
        int B(nuint size) { nuint p = __get_free_pages(GFP_KERNEL, OrderOf(size)); if (p == 0) return -ENOMEM; free_pages(p, OrderOf(size)); return 0; }
        sealed class Ring { public nuint Base; public uint Order; }
        int C(Ring r, uint order) { r.Base = __get_free_pages(GFP_KERNEL, order); if (r.Base == 0) return -ENOMEM; r.Order = order; return 0; }
        void D(Ring r) { free_pages(r.Base, r.Order); r.Base = 0; }
        int E(Ring r) { r.Base = __get_free_pages(GFP_KERNEL, 3); if (r.Base == 0) return -ENOMEM; r.Order = 2; free_pages(r.Base, {|KMEM2007:r.Order|}); return 0; }
        """);

    [Fact]
    public Task Objects_that_come_and_go_in_other_loops_and_in_handlers() => Verify.MembersAsync("""
        struct job { public int id; public job* next; }
        void A(int n) { while (n-- > 0) { job* j = (job*){|KMEM4007:kzalloc((nuint)sizeof(job), GFP_KERNEL)|}; if (j == null) continue; j->id = n; kfree(j); } }
        void B(int n) { do { job* j; j = (job*){|KMEM4007:kmalloc((nuint)sizeof(job), GFP_ATOMIC)|}; if (j == null) return; j->id = n; kfree(j); } while (--n > 0); }
        void C(device[] all) { foreach (device d in all) { job* j = (job*){|KMEM4007:kmalloc((nuint)sizeof(job), GFP_KERNEL)|}; job* same = j; if (same == null) break; same->id = 1; kfree(same); } }
        [AtomicContext] void D(bool c) { job* j = (job*){|KMEM4007:kmalloc((nuint)sizeof(job), GFP_ATOMIC)|}; if (j == null) return; if (c) j->id = 2; kfree(j); }
        """);
}
