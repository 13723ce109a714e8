using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Lifetime;

/// <summary>KMEM2006 to 2008: what was never allocated, pages of another order, objects of another pool.</summary>
public class WrongReleaseTests
{
    [Theory]
    [InlineData("int x = 0; kfree({|KMEM2006:&x|});")]
    [InlineData("byte* p = stackalloc byte[8]; kfree({|KMEM2006:p|});")]
    [InlineData("byte* p = stackalloc byte[8]; NativeMemory.Free({|KMEM2006:p + 4|});")]
    [InlineData("byte[] a = new byte[8]; fixed (byte* p = a) { NativeMemory.Free({|KMEM2006:p|}); }")]
    [InlineData("fixed (char* p = \"text\") { NativeMemory.Free({|KMEM2006:p|}); }")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; kfree({|KMEM2006:p + 4|});")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; p++; kfree({|KMEM2006:p|});")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; kfree({|KMEM2006:&p[3]|});")]
    [InlineData("kfree({|KMEM2006:&dev.ring->buf|});")]
    [InlineData("ring r = default; kfree({|KMEM2006:&r|});")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); kfree({|KMEM2006:&p|}); kfree(p);")]
    [InlineData("kfree({|KMEM2006:(void*)0x1000|});")]
    [InlineData("Marshal.FreeHGlobal({|KMEM2006:(nint)(-1)|});")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); Marshal.FreeHGlobal({|KMEM2006:p + 8|});")]
    [InlineData("fixed (spinlock_t* p = &dev.lk) { kfree({|KMEM2006:p|}); }")]
    public Task What_was_never_allocated_is_reported(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("kfree(null); Marshal.FreeHGlobal(0); Marshal.FreeHGlobal(IntPtr.Zero); NativeMemory.Free(default);")]
    [InlineData("ring* r = (ring*)kmalloc(8, GFP_KERNEL); if (r != null) { kfree(&r->lk); }")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; p += 4; p -= 4; kfree(p);")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (p == null) return; kfree(&p[0]);")]
    [InlineData("kfree(dev.buf - 16);")]
    [InlineData("byte* p = dev.buf; p -= n; kfree(p);")]
    [InlineData("kfree(dev.ring->buf);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); void** q = &p; kfree(*q);")]
    [InlineData("byte* p = n > 64 ? (byte*)kmalloc((nuint)n, GFP_KERNEL) : null; byte* q = p; if (q == null) { byte* s = stackalloc byte[64]; q = s; } kfree(p);")]
    [InlineData("ring* r = (ring*)Get(); kfree((byte*)r - sizeof(ring)); extern static void* Get();")]
    public Task What_may_have_been_is_not(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("page* p = alloc_pages(GFP_KERNEL, 2); if (p == null) return; __free_pages(p, {|KMEM2007:1|});")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 3); free_pages(p, {|KMEM2007:2|});")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 3); free_page({|KMEM2007:p|});")]
    [InlineData("nuint p = get_zeroed_page(GFP_KERNEL); free_pages(p, {|KMEM2007:1|});")]
    [InlineData("const uint Order = 2; page* p = alloc_pages(GFP_KERNEL, Order); if (p == null) return; __free_pages(p, {|KMEM2007:Order + 1|});")]
    [InlineData("uint order = 2; page* p = alloc_pages(GFP_KERNEL, order); if (p == null) return; order = 1; __free_pages(p, {|KMEM2007:order|});")]
    [InlineData("page* p = alloc_pages(GFP_KERNEL, condition ? 1u : 2u); if (p == null) return; if (condition) __free_pages(p, 1); else __free_pages(p, {|KMEM2007:1|});")]
    [InlineData("page* p = Get(); if (p == null) return; __free_page({|KMEM2007:p|}); page* Get() => alloc_pages(GFP_KERNEL, 1);")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 1); Drop({|KMEM2007:p|}); void Drop(nuint q) => free_pages(q, 4);")]
    [InlineData("page* p = alloc_pages(GFP_KERNEL, 4); if (p == null) return; if (n > 3) goto fail; __free_pages(p, 4); return; fail: __free_pages(p, {|KMEM2007:3|});")]
    public Task Another_order_is_reported(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("page* p = alloc_pages(GFP_KERNEL, 2); if (p == null) return; __free_pages(p, 2);")]
    [InlineData("page* p = alloc_page(GFP_KERNEL); if (p == null) return; __free_pages(p, 0);")]
    [InlineData("page* p = alloc_pages(GFP_KERNEL, 0); if (p == null) return; __free_page(p);")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, 0); free_page(p);")]
    [InlineData("uint order = (uint)n; page* p = alloc_pages(GFP_KERNEL, order); if (p == null) return; __free_pages(p, order);")]
    [InlineData("page* p = alloc_pages(GFP_KERNEL, Order(n)); if (p == null) return; __free_pages(p, Order(n)); extern static uint Order(int size);")]
    [InlineData("uint order = 2; page* p = alloc_pages(GFP_KERNEL, order); if (p == null) { order = 0; p = alloc_pages(GFP_KERNEL, order); } if (p == null) return; __free_pages(p, order);")]
    [InlineData("page* p = condition ? alloc_pages(GFP_KERNEL, 1) : alloc_pages(GFP_KERNEL, 2); if (p == null) return; __free_pages(p, condition ? 1u : 2u);")]
    [InlineData("uint order = 0; while ((4096 << (int)order) < n) order++; page* p = alloc_pages(GFP_KERNEL, order); if (p == null) return; __free_pages(p, order);")]
    public Task The_same_order_or_one_that_may_be_is_not(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("uint order", "page* p = alloc_pages(GFP_KERNEL, order); if (p == null) return; __free_pages(p, {|KMEM2007:0|});")]
    [InlineData("uint order, uint another", "page* p = alloc_pages(GFP_KERNEL, order); if (p == null) return; __free_pages(p, {|KMEM2007:another|});")]
    [InlineData("uint order, uint another", "page* p = alloc_pages(GFP_KERNEL, order); if (p == null) return; if (another == order) __free_pages(p, another);")]
    [InlineData("uint order", "page* p = alloc_pages(GFP_KERNEL, order); if (p == null) return; if (order == 0) __free_pages(p, 0); else __free_pages(p, order);")]
    [InlineData("uint order", "page* p = alloc_pages(GFP_KERNEL, order); if (p == null) return; __free_pages(p, {|KMEM2007:order + 1|});")]
    [InlineData("uint order", "page* p = alloc_pages(GFP_KERNEL, order + 1); if (p == null) return; __free_pages(p, {|KMEM2007:order|});")]
    [InlineData("uint order", "page* p = alloc_pages(GFP_KERNEL, order + 1); if (p == null) return; __free_pages(p, {|KMEM2007:order - 1|});")]
    [InlineData("uint order", "uint o = order; page* p = alloc_pages(GFP_KERNEL, o); if (p == null) return; __free_pages(p, {|KMEM2007:order + 1|});")]
    [InlineData("int order", "page* p = alloc_pages(GFP_KERNEL, (uint)order); if (p == null) return; __free_pages(p, {|KMEM2007:(uint)(order + 1)|});")]
    [InlineData("uint order", "page* p = alloc_pages(GFP_KERNEL, order); if (p == null) p = alloc_pages(GFP_KERNEL, order - 1); if (p == null) return; __free_pages(p, {|KMEM2007:order - 1|});")]
    [InlineData("uint order", "page* p = alloc_pages(GFP_KERNEL, order + 1); if (p == null) return; __free_pages(p, order + 1);")]
    [InlineData("uint order", "page* p = alloc_pages(GFP_KERNEL, order + 1); if (p == null) return; order++; __free_pages(p, order);")]
    [InlineData("uint order", "uint used = order + 1; page* p = alloc_pages(GFP_KERNEL, used); if (p == null) return; __free_pages(p, order + 1);")]
    [InlineData("uint order", "uint used = order; page* p = alloc_pages(GFP_KERNEL, used); if (p == null) { used = order - 1; p = alloc_pages(GFP_KERNEL, used); } if (p == null) return; __free_pages(p, used);")]
    [InlineData("uint order", "for (uint o = order; o > 0; o--) { page* p = alloc_pages(GFP_KERNEL, o - 1); if (p != null) __free_pages(p, o - 1); }")]
    [InlineData("uint order, uint n", "for (uint i = 0; i < n; i++) { page* p = alloc_pages(GFP_KERNEL, order + i); if (p != null) __free_pages(p, order + i); }")]
    public Task Orders_are_compared_by_value(string parameters, string statements) => Verify.MembersAsync($"void Test({parameters}) {{ {statements} }}");

    [Theory]
    [InlineData("void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p != null) kmem_cache_free({|KMEM2008:b|}, p);")]
    [InlineData("void* p = kmem_cache_zalloc(_c, GFP_KERNEL); if (p != null) kmem_cache_free({|KMEM2008:a|}, p);")]
    [InlineData("void* p = kmem_cache_alloc(_c, GFP_KERNEL); if (p != null) kmem_cache_free({|KMEM2008:s_c|}, p);")]
    [InlineData("void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p == null) return; var c = a; a = b; kmem_cache_free({|KMEM2008:a|}, p);")]
    [InlineData("void* p = mempool_alloc(m1, GFP_KERNEL); if (p != null) mempool_free(p, {|KMEM2008:m2|});")]
    [InlineData("var c = kmem_cache_create(\"c\", 8, 0, 0, null); if (c == null) return; void* p = kmem_cache_alloc(c, GFP_KERNEL); if (p != null) kmem_cache_free({|KMEM2008:a|}, p); kmem_cache_destroy(c);")]
    [InlineData("void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p == null) return; Drop({|KMEM2008:p|}); void Drop(void* q) => kmem_cache_free(s_c, q);")]
    [InlineData("void* p = Get(); if (p != null) kmem_cache_free({|KMEM2008:a|}, p); void* Get() => kmem_cache_alloc(s_c, GFP_KERNEL);")]
    [InlineData("var y = pool.Rent(8); {|KMEM2008:mine|}.Return(y);")]
    public Task Another_pool_is_reported(string statements) => Verify.MembersAsync(Pools(statements));

    [Theory]
    [InlineData("void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p != null) kmem_cache_free(a, p);")]
    [InlineData("var c = a; void* p = kmem_cache_alloc(c, GFP_KERNEL); if (p != null) kmem_cache_free(a, p);")]
    [InlineData("void* p = kmem_cache_alloc(Find(1), GFP_KERNEL); if (p != null) kmem_cache_free(Find(1), p); extern static kmem_cache Find(int n);")]
    [InlineData("var c = condition ? a : b; void* p = kmem_cache_alloc(c, GFP_KERNEL); if (p != null) kmem_cache_free(c, p);")]
    [InlineData("void* p = kmem_cache_alloc(condition ? a : b, GFP_KERNEL); if (p != null) kmem_cache_free(condition ? a : b, p);")]
    [InlineData("void* p = kmem_cache_alloc(a, GFP_KERNEL); if (p != null && a == b) kmem_cache_free(b, p);")]
    [InlineData("var x = System.Buffers.ArrayPool<byte>.Shared.Rent(8); System.Buffers.ArrayPool<byte>.Shared.Return(x);")]
    [InlineData("var x = pool.Rent(8); pool.Return(x);")]
    public Task The_same_pool_or_one_that_may_be_is_not(string statements) => Verify.MembersAsync(Pools(statements));

    private static string Pools(string statements) => """
        readonly kmem_cache _c = null!;
        static readonly kmem_cache s_c = null!;
        void Test(kmem_cache a, kmem_cache b, mempool_t m1, mempool_t m2, bool condition, System.Buffers.ArrayPool<byte> pool, System.Buffers.ArrayPool<byte> mine) {
        """ + statements + "}";

    [Theory]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); {|KMEM2009:p = (byte*)krealloc(p, 16, GFP_KERNEL)|}; if (p == null) return; kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); if (p == null) return; for (int i = 0; i < n; i++) { {|KMEM2009:p = krealloc(p, 16, GFP_KERNEL)|}; if (p == null) return; } kfree(p);")]
    [InlineData("{|KMEM2009:dev.buf = (byte*)krealloc(dev.buf, 16, GFP_KERNEL)|};")]
    [InlineData("if (({|KMEM2009:dev.ring->buf = (byte*)krealloc(dev.ring->buf, 16, GFP_KERNEL)|}) == null) return;")]
    [InlineData("dev.buf = (byte*)kmalloc(8, GFP_KERNEL); if (dev.buf == null) return; {|KMEM2009:dev.buf = (byte*)krealloc(dev.buf, 16, flags)|};")]
    [InlineData("nint p = (nint)kmalloc(8, GFP_KERNEL); {|KMEM2009:p = (nint)krealloc((void*)p, 16, GFP_KERNEL)|}; if (p == 0) return; kfree((void*)p);")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); if (n > 8) { {|KMEM2009:p = (byte*)krealloc(p, 16, GFP_KERNEL)|}; } kfree(p);")]
    [InlineData("byte* p = (byte*)kmalloc(8, GFP_KERNEL); byte* q = p; q++; p = null; byte* r = (byte*)kmalloc(8, GFP_KERNEL); {|KMEM2009:r = (byte*)krealloc(r, 16, GFP_KERNEL)|}; kfree(r);")]
    public Task Memory_lost_when_it_cannot_be_resized(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); void* q = krealloc(p, 16, GFP_KERNEL); if (q == null) { kfree(p); return; } p = q; kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); void* old = p; p = krealloc(p, 16, GFP_KERNEL); if (p == null) { kfree(old); return; } kfree(p);")]
    [InlineData("void* p = kmalloc(8, GFP_KERNEL); p = krealloc(p, 16, GFP_KERNEL | __GFP_NOFAIL); kfree(p);")]
    [InlineData("void* p = NativeMemory.Alloc(8); p = NativeMemory.Realloc(p, 16); NativeMemory.Free(p);")]
    [InlineData("nint p = Marshal.AllocHGlobal(8); p = Marshal.ReAllocHGlobal(p, 16); Marshal.FreeHGlobal(p);")]
    [InlineData("void* p = null; p = krealloc(p, 16, GFP_KERNEL); kfree(p);")]
    [InlineData("void* p = krealloc(null, 16, GFP_KERNEL); kfree(p);")]
    [InlineData("dev.buf = (byte*)krealloc(dev.parent!.buf, 16, GFP_KERNEL);")]
    [InlineData("byte* p = dev.buf; p = (byte*)krealloc(p, 16, GFP_KERNEL); if (p != null) dev.buf = p;")]
    public Task Memory_resized_with_care(string statements) => Verify.StatementsAsync(statements);
}
