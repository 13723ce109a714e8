using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2003: memory is released that is gone, or somebody else's.</summary>
public class ReleasedTwiceTests
{
    [Theory]
    [InlineData("kfree(a[i]); a[j] = null; kfree(a[i]);")]
    [InlineData("byte* p = a[i]; a[j] = null; kfree(p); kfree(a[i]);")]
    [InlineData("byte* p = a[i]; a[i] = a[j]; a[j] = null; kfree(p); kfree(a[i]);")]
    public Task Another_element_that_is_written_may_be_the_same(string statements) =>
        Verify.CompleteAsync("static void Test(byte** a, int i, int j) { " + statements + " }");

    [Theory]
    [InlineData("kfree(a[i]); kfree({|KMEM2003:a[i]|});")]
    [InlineData("kfree(a[1]); a[2] = null; kfree({|KMEM2003:a[1]|});")]
    [InlineData("byte* p = a[i]; a[j] = null; kfree(p); kfree({|KMEM2003:p|});")]
    [InlineData("kfree(a[i]); {|KMEM2004:a[i]|}[0] = 1;")]
    public Task The_same_element_is_released(string statements) =>
        Verify.CompleteAsync("static void Test(byte** a, int i, int j) { " + statements + " }");

    [Theory]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p); kfree({|KMEM2003:p|});")]
    [InlineData("void* p = vmalloc(8); if (p == null) return; if (condition) vfree(p); vfree({|KMEM2003:p|});")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); void* q = p; kfree(p); kfree({|KMEM2003:q|});")]
    [InlineData("kfree(dev.buf); kfree({|KMEM2003:dev.buf|});")]
    [InlineData("kfree(dev.ring->buf); if (n > 3) return; kfree({|KMEM2003:dev.ring->buf|});")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (n == 1) goto fail; if (n == 2) { kfree(p); goto fail; } return; fail: kfree({|KMEM2003:p|});")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); for (int i = 0; i < n; i++) { kfree({|KMEM2003:p|}); }")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); try { kfree(p); } finally { kfree({|KMEM2003:p|}); }")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); switch (n) { case 1: kfree(p); break; case 2: n++; break; } if (n == 1) kfree({|KMEM2003:p|});")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); Release(p); kfree({|KMEM2003:p|}); void Release(void* q) => kfree(q);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p); Release({|KMEM2003:p|}); void Release(void* q) { if (q != null) kfree(q); }")]
    [InlineData("ring* r = (ring*)kmalloc(8, GFP_KERNEL); if (r == null) return; byte* b = (byte*)kmalloc(8, GFP_KERNEL); r->buf = b; kfree(r->buf); kfree({|KMEM2003:b|}); kfree(r);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); void* q = krealloc(p, 16, GFP_KERNEL); if (q != null) kfree({|KMEM2003:p|}); kfree(q);")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal(p); Marshal.FreeHGlobal({|KMEM2003:p|});")]
    [InlineData("nint p = Marshal.StringToBSTR(\"x\"); Marshal.ZeroFreeBSTR(p); Marshal.FreeBSTR({|KMEM2003:p|});")]
    [InlineData("void* p = NativeMemory.Alloc(8); void* q = NativeMemory.Realloc(p, 16); NativeMemory.Free({|KMEM2003:p|}); NativeMemory.Free(q);")]
    [InlineData("var h = GCHandle.Alloc(o); var c = h; h.Free(); {|KMEM2003:c|}.Free();")]
    [InlineData("var h = GCHandle.Alloc(o); h.Free(); {|KMEM2003:h|}.Free();")]
    [InlineData("var a = System.Buffers.ArrayPool<byte>.Shared.Rent(8); System.Buffers.ArrayPool<byte>.Shared.Return(a); System.Buffers.ArrayPool<byte>.Shared.Return({|KMEM2003:a|});")]
    [InlineData("var c = kmem_cache_create(\"c\", 8, 0, 0, null); if (c == null) return; kmem_cache_destroy(c); kmem_cache_destroy({|KMEM2003:c|});")]
    [InlineData("page* p = alloc_pages(GFP_KERNEL, 1); if (p == null) return; __free_pages(p, 1); __free_pages({|KMEM2003:p|}, 1);")]
    [InlineData("long p = (long)Marshal.AllocHGlobal(8); Marshal.FreeHGlobal((nint)p); Marshal.FreeHGlobal({|KMEM2003:(nint)p|});")]
    public Task A_second_release_is_reported(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p); p = null; kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p); p = kmalloc(8, GFP_KERNEL); kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (condition) kfree(p); if (!condition) kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); bool freed = false; if (other) { kfree(p); freed = true; } if (!freed) kfree(p);")]
    [InlineData("void* p = null; for (int i = 0; i < n; i++) { p = kmalloc(8, GFP_KERNEL); kfree(p); }")]
    [InlineData("nint[] a = new nint[n]; for (int i = 0; i < n; i++) a[i] = Marshal.AllocHGlobal(8); for (int i = 0; i < n; i++) Marshal.FreeHGlobal(a[i]);")]
    [InlineData("nint[] a = new nint[n]; foreach (nint p in a) Marshal.FreeHGlobal(p);")]
    [InlineData("void** a = (void**)kcalloc((nuint)n, 8, GFP_KERNEL); if (a == null) return; for (int i = 0; i < n; i++) kfree(a[i]); kfree(a);")]
    [InlineData("for (ring* r = dev.ring; r != null;) { ring* next = r->next; kfree(r); r = next; }")]
    [InlineData("while (dev.ring != null) { ring* r = dev.ring; dev.ring = r->next; kfree(r); }")]
    [InlineData("kfree(dev.buf); dev.buf = null; kfree(dev.buf);")]
    [InlineData("kfree(dev.buf); Refill(dev); kfree(dev.buf); extern static void Refill(device d);")]
    [InlineData("kfree(dev.buf); Refill(dev); kfree(dev.buf); void Refill(device d) { d.buf = (byte*)kmalloc(8, GFP_KERNEL); }")]
    [InlineData("kfree(dev.buf); dev = dev.parent!; kfree(dev.buf);")]
    [InlineData("kfree(dev.buf); kfree(dev.parent!.buf);")]
    [InlineData("while (condition) { Get(out nint p); Marshal.FreeHGlobal(p); } extern static void Get(out nint q);")]
    [InlineData("while (condition) { nint p = Get(); Marshal.FreeHGlobal(p); } extern static nint Get();")]
    [InlineData("while (condition) { nint p = Get(); Marshal.FreeHGlobal(p); } nint Get() => Marshal.AllocHGlobal(8);")]
    [InlineData("nint old = 0; while (condition) { nint p = Get(); Marshal.FreeHGlobal(old); old = p; } Marshal.FreeHGlobal(old); nint Get() => Marshal.AllocHGlobal(8);")]
    [InlineData("var h = GCHandle.Alloc(o); if (condition) h.Free(); if (h.IsAllocated) h.Free();")]
    [InlineData("GCHandle h = default; try { h = GCHandle.Alloc(o); } finally { if (h.IsAllocated) h.Free(); }")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p); BUG(); kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); void* q = krealloc(p, 16, GFP_KERNEL); if (q == null) { kfree(p); return; } kfree(q);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (condition) { kfree(p); return; } kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); try { n++; } catch (Exception) { kfree(p); throw; } kfree(p);")]
    [InlineData("Put(dev.ring); Put(dev.ring); void Put(ring* r) { if (--r->head == 0) kfree(r); }")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); Replace(ref p); kfree(p); Replace(ref p); kfree(p); extern static void Replace(ref void* q);")]
    public Task One_release_on_each_path_is_not(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("""
        [DllImport("x")] static extern void give([TakesOwnership] void* p);
        void Test() { void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; give(p); memset(p, 0, 8); kfree({|KMEM2003:p|}); }
        """)]
    [InlineData("""
        [DllImport("x")] static extern int probe([Frees("kmalloc", When = Outcome.NonZero)] void* p);
        void Test() { void* p = kmalloc(8, GFP_KERNEL); if (probe(p) != 0) kfree({|KMEM2003:p|}); else kfree(p); }
        """)]
    [InlineData("""
        [DllImport("x")] static extern bool queue([TakesOwnership(When = Outcome.True)] void* p);
        void Test() { void* p = kmalloc(8, GFP_KERNEL); if (!queue(p)) { kfree(p); return; } kfree({|KMEM2003:p|}); }
        """)]
    [InlineData("""
        sealed class Box { void* _p; public void Close() { kfree(_p); } }
        void Test(Box b) { b.Close(); {|KMEM2003:b.Close()|}; }
        """)]
    [InlineData("""
        static int Start(void* p, int n) { if (n < 0) { kfree(p); return -EINVAL; } return 0; }
        void Test(int n) { void* p = kmalloc(8, GFP_KERNEL); int e = Start(p, n); if (e != 0) { kfree({|KMEM2003:p|}); return; } kfree(p); }
        """)]
    [InlineData("""
        void Recursive(void* p, int depth) { if (depth > 0) { Recursive(p, depth - 1); } else { kfree(p); kfree({|KMEM2003:p|}); } }
        """)]
    public Task Across_methods(string members) => Verify.MembersAsync(members);

    [Theory]
    [InlineData("""
        [DllImport("x")] static extern int probe([Frees("kmalloc", When = Outcome.NonZero)] void* p);
        int Test() { void* p = kmalloc(8, GFP_KERNEL); int e = probe(p); if (e != 0) return e; kfree(p); return 0; }
        """)]
    [InlineData("""
        [DllImport("x")] static extern bool queue([TakesOwnership(When = Outcome.True)] void* p);
        void Test() { void* p = kmalloc(8, GFP_KERNEL); if (!queue(p)) kfree(p); }
        """)]
    [InlineData("""
        sealed class Box { void* _p; public void Close() { kfree(_p); _p = null; } }
        void Test(Box b) { b.Close(); b.Close(); }
        """)]
    [InlineData("""
        sealed class Box : IDisposable { void* _p; bool _closed; public void Dispose() { if (_closed) return; _closed = true; kfree(_p); } }
        void Test(Box b) { b.Dispose(); b.Dispose(); }
        """)]
    [InlineData("""
        static int Start(void* p, int n) { if (n < 0) { kfree(p); return -EINVAL; } return 0; }
        int Test(int n) { void* p = kmalloc(8, GFP_KERNEL); int e = Start(p, n); if (e != 0) return e; kfree(p); return 0; }
        """)]
    public Task Across_methods_rightly(string members) => Verify.MembersAsync(members);

    [Fact]
    public Task The_message_names_the_first_release() => Verify.StatementsAsync(
        "void* p = {|#1:kmalloc(8, GFP_KERNEL)|}; {|#2:kfree(p)|}; kfree({|#0:p|});",
        Verify.Report("KMEM2003").WithLocation(0).WithLocation(1).WithLocation(2).WithMessage("'p' is released here, but 'kfree' has released it already"));

    [Theory]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p); kfree({|KMEM2003:p|}; undefined(p); if (")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree(p).x; Nowhere.kfree(p);")]
    [InlineData("void* p = kmalloc(8, ; kfree(p); kfree(;")]
    public Task Broken_code_is_looked_at_all_the_same(string statements)
    {
        var test = Verify.Create(["unsafe class C { void M() { " + statements + " } }"]);
        test.CompilerDiagnostics = Microsoft.CodeAnalysis.Testing.CompilerDiagnostics.None;
        return test.RunAsync();
    }
}
