using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2004: memory is read, written, stored, passed on or returned after its release.</summary>
public class UsedAfterReleaseTests
{
    [Theory]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; kfree(p); *{|KMEM2004:p|} = 1;")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; kfree(p); n = {|KMEM2004:p|}[2];")]
    [InlineData("ring* r = (ring*)kmalloc(8, GFP_KERNEL); if (r == null) return; kfree(r); r = {|KMEM2004:r|}->next;")]
    [InlineData("for (ring* r = dev.ring; r != null; r = {|KMEM2004:r|}->next) kfree(r);")]
    [InlineData("kfree(dev.buf); {|KMEM2004:dev.buf|}[0] = 1;")]
    [InlineData("kfree(dev.ring); n = {|KMEM2004:dev.ring|}->head;")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; kfree(p); memset({|KMEM2004:p|}, 1, 8);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; if (condition) kfree(p); memset({|KMEM2004:p|}, 1, 8); if (!condition) kfree(p);")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); byte* q = p + 2; if (p == null) return; kfree(p); *{|KMEM2004:q|} = 1;")]
    [InlineData("byte* p = (byte*)vmalloc(8); if (p == null) return; vfree(p); dev.buf = {|KMEM2004:p|};")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p); Use({|KMEM2004:p|}); extern static void Use(void* q);")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; kfree(p); Use({|KMEM2004:p|}); void Use(byte* q) { if (q != null) *q = 1; }")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.WriteByte({|KMEM2004:p|}, 1);")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); try { n++; } finally { Marshal.FreeHGlobal(p); } Marshal.WriteByte({|KMEM2004:p|}, 1);")]
    [InlineData("var a = System.Buffers.ArrayPool<byte>.Shared.Rent(8); System.Buffers.ArrayPool<byte>.Shared.Return(a); {|KMEM2004:a|}[0] = 1;")]
    [InlineData("var a = System.Buffers.ArrayPool<byte>.Shared.Rent(8); System.Buffers.ArrayPool<byte>.Shared.Return(a); Array.Clear({|KMEM2004:a|});")]
    [InlineData("var r = (ring*)kmalloc(64, GFP_KERNEL); if (r == null) return; r->buf = (byte*)kmalloc(8, GFP_KERNEL); if (r->buf == null) { kfree(r); return; } kfree(r->buf); kfree(r); memset({|KMEM2004:r|}->buf, 0, 8);")]
    [InlineData("var h = GCHandle.Alloc(o); h.Free(); o = {|KMEM2004:h|}.Target;")]
    [InlineData("var h = GCHandle.FromIntPtr(n); h.Free(); if (n > 0) ((Action){|KMEM2004:h|}.Target!)();")]
    [InlineData("var h = GCHandle.Alloc(o, GCHandleType.Pinned); h.Free(); nint p = {|KMEM2004:h|}.AddrOfPinnedObject();")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; void* q = krealloc(p, 16, GFP_KERNEL); if (q == null) { kfree(p); return; } memset({|KMEM2004:p|}, 1, 8); kfree(q);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; kfree(p); void* q = krealloc({|KMEM2004:p|}, 8, GFP_KERNEL); kfree(q);")]
    [InlineData("ring* r = (ring*)kmalloc(8, GFP_KERNEL); if (r == null) return; spin_lock(ref r->lk); kfree(r); spin_unlock(ref {|KMEM2004:r|}->lk);")]
    [InlineData("var c = kmem_cache_create(\"c\", 8, 0, 0, null); if (c == null) return; kmem_cache_destroy(c); void* p = kmem_cache_alloc({|KMEM2004:c|}, GFP_KERNEL);")]
    public Task A_use_behind_the_release_is_reported(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; *p = 1; kfree(p);")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); kfree(p); if (p == null) return;")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); byte* q = p; kfree(p); if (p == q) n++;")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); kfree(p); printk($\"{(ulong)p:x}\");")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); kfree(p); Console.WriteLine((long)p); Console.WriteLine(((nint)p).ToString(\"x\"));")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); kfree(p); p = null;")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); kfree(p); p = dev.buf; *p = 1;")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; if (condition) { kfree(p); } if (!condition) { *p = 1; kfree(p); }")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; if (condition) { kfree(p); return; } *p = 1; kfree(p);")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); kfree(p); BUG(); *p = 1;")]
    [InlineData("kfree(dev.buf); dev.buf = (byte*)kmalloc(8, GFP_KERNEL); if (dev.buf != null) *dev.buf = 1;")]
    [InlineData("kfree(dev.buf); Refill(dev); *dev.buf = 1; extern static void Refill(device d);")]
    [InlineData("kfree(dev.ring); spin_lock(ref dev.lk); if (dev.ring != null) n = dev.ring->head; spin_unlock(ref dev.lk);")]
    [InlineData("for (ring* r = dev.ring, next; r != null; r = next) { next = r->next; kfree(r); }")]
    [InlineData("byte* p; Get(out p); kfree(p); Get(out p); *p = 1; extern static void Get(out byte* q);")]
    [InlineData("byte* p = null; do { kfree(p); p = (byte*)kmalloc(8, GFP_KERNEL); } while (p == null); *p = 1; kfree(p);")]
    [InlineData("var a = System.Buffers.ArrayPool<byte>.Shared.Rent(8); System.Buffers.ArrayPool<byte>.Shared.Return(a); n = a.Length;")]
    [InlineData("var a = System.Buffers.ArrayPool<byte>.Shared.Rent(8); System.Buffers.ArrayPool<byte>.Shared.Return(a); a = System.Buffers.ArrayPool<byte>.Shared.Rent(16); a[0] = 1;")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); kfree(p); Log(p); void Log(byte* q) { printk($\"{(ulong)q:x}\"); }")]
    [InlineData("Put(dev.ring); n = dev.ring->head; void Put(ring* r) { if (--r->head == 0) kfree(r); }")]
    [InlineData("rcu_read_lock(); n = dev.ring->head; rcu_read_unlock(); kfree(dev.ring);")]
    [InlineData("var h = GCHandle.FromIntPtr(n); var done = (Action)h.Target!; h.Free(); done();")]
    [InlineData("var h = GCHandle.Alloc(o); h.Free(); if (!h.IsAllocated) n++; h = GCHandle.Alloc(dev); dev = (device)h.Target!; h.Free();")]
    public Task A_use_in_front_of_it_or_of_something_else_is_not(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("byte* Test() { byte* p = (byte*)kmalloc(8, GFP_KERNEL); kfree(p); return {|KMEM2004:p|}; }")]
    [InlineData("nint Test() { nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); return {|KMEM2004:p|}; }")]
    [InlineData("""
        static void Drop(ring* r) { kfree(r->buf); kfree(r); }
        int Test(ring* r) { Drop(r); return {|KMEM2004:r|}->head; }
        """)]
    [InlineData("""
        static void Drop(ring* r) { kfree(r->buf); }
        int Test(ring* r) { Drop(r); return {|KMEM2004:r->buf|}[0]; }
        """)]
    [InlineData("""
        static int Read(byte* p) => *p;
        int Test(byte* p) { kfree(p); return Read({|KMEM2004:p|}); }
        """)]
    [InlineData("""
        static int Read(byte* p, int n) => n > 0 ? Read(p, n - 1) : *p;
        int Test(byte* p, int n) { kfree(p); return Read({|KMEM2004:p|}, n); }
        """)]
    [InlineData("static float* Grow(ref float* p, ref int room, int n) { if (n <= room) return p; p = (float*)NativeMemory.Realloc(p, (nuint)n * 4); room = n; return p; } void Test(int n) { float* p = null; int room = 0; for (int i = 0; i < n; i++) { float* q = Grow(ref p, ref room, i * 4); q[0] = 1; } NativeMemory.Free(p); }")]
    public Task Across_methods(string members) => Verify.MembersAsync(members);

    [Fact]
    public Task The_message_names_the_release() => Verify.StatementsAsync(
        "byte* p = {|#1:(byte*)kmalloc(8, GFP_KERNEL)|}; if (p == null) return; {|#2:kfree(p)|}; *{|#0:p|} = 1;".Replace("{|#1:(byte*)kmalloc(8, GFP_KERNEL)|}", "(byte*){|#1:kmalloc(8, GFP_KERNEL)|}", StringComparison.Ordinal),
        Verify.Report("KMEM2004").WithLocation(0).WithLocation(1).WithLocation(2).WithMessage("'p' is used here, but 'kfree' has released it already"));

    [Fact]
    public Task The_message_tells_that_a_finally_block_runs_before_the_caller_goes_on() => Verify.MembersAsync(
        "nint Get(int n) { nint p = {|#1:Marshal.AllocHGlobal(n)|}; try { return {|#0:p|}; } finally { {|#2:Marshal.FreeHGlobal(p)|}; } }",
        Verify.Report("KMEM2004").WithLocation(0).WithLocation(1).WithLocation(2)
            .WithMessage("'p' is used here, but 'FreeHGlobal' releases it in the finally block, before the caller gets it"));
}
