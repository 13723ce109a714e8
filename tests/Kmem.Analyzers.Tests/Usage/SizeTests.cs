using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Usage;

/// <summary>KMEM4001 and KMEM4002.</summary>
public class SizeTests
{
    [Theory]
    [InlineData("kfree(kmalloc({|KMEM4001:131073|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4001:1024 * 1024|}, GFP_KERNEL));")]
    [InlineData("kfree(kzalloc({|KMEM4001:1 << 20|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(flags: GFP_KERNEL, size: {|KMEM4001:(nuint)200_000|}));")]
    [InlineData("const int Size = 256 * 1024; kfree(kmalloc({|KMEM4001:Size|}, GFP_ATOMIC));")]
    [InlineData("nuint size = 1 << 18; kfree(kmalloc({|KMEM4001:size|}, GFP_KERNEL));")]
    [InlineData("nuint size = condition ? 64u : 1u << 18; kfree(kmalloc({|KMEM4001:size|}, GFP_KERNEL));")]
    [InlineData("kfree(krealloc(null, {|KMEM4001:KMALLOC_MAX_SIZE + 1|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4001:(nuint)sizeof(huge)|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4001:(nuint)(sizeof(ring) * 10_000)|}, GFP_KERNEL));")]
    [InlineData("for (int i = 0; i < n; i++) kfree(kmalloc({|KMEM4001:1 << 20|}, GFP_KERNEL));")]
    [InlineData("nuint size = 65536; size *= 4; kfree(kmalloc({|KMEM4001:size|}, GFP_KERNEL));")]
    [InlineData("nuint size = 100_000; size += 65536; kfree(kmalloc({|KMEM4001:size|}, GFP_KERNEL));")]
    [InlineData("nuint size = 4096; if (condition) size <<= 6; kfree(kmalloc({|KMEM4001:size|}, GFP_KERNEL));")]
    [InlineData("int pages = 64; int size = pages * 4096; kfree(kmalloc({|KMEM4001:(nuint)size|}, GFP_KERNEL));")]
    [InlineData("nuint size = (nuint)sizeof(ring); size *= 10_000; kfree(kmalloc({|KMEM4001:size|}, GFP_KERNEL));")]
    [InlineData("uint shift = 18; kfree(kmalloc({|KMEM4001:(nuint)1 << (int)shift|}, GFP_KERNEL));")]
    [InlineData("nuint each = 32768; kfree(Twice(each, {|KMEM4001:each * 8|}));")]
    public Task A_size_that_no_call_can_serve_is_found(string statements) => InDriverAsync(statements);

    [Theory]
    [InlineData("kfree(kmalloc(131072, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(KMALLOC_MAX_SIZE, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)n, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)sizeof(ring), GFP_KERNEL));")]
    [InlineData("vfree(vmalloc(1 << 20));")]
    [InlineData("kvfree(kvmalloc(1 << 20, GFP_KERNEL));")]
    [InlineData("nuint size = 1 << 18; if (size <= KMALLOC_MAX_SIZE) kfree(kmalloc(size, GFP_KERNEL)); else vfree(vmalloc(size));")]
    [InlineData("nuint size = condition ? 64u : 1u << 18; if (condition) kfree(kmalloc(size, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc_array(1000, 1000, GFP_KERNEL));")]
    [InlineData("_ = (nuint)(1 << 20);")]
    [InlineData("nuint size = 65536; size *= 4; size /= 2; kfree(kmalloc(size, GFP_KERNEL));")]
    [InlineData("nuint size = 4096; while (size < (nuint)n) size *= 2; kfree(kmalloc(size, GFP_KERNEL));")]
    [InlineData("nuint size = 4096; for (int i = 0; i < n; i++) size += 65536; kfree(kmalloc(size, GFP_KERNEL));")]
    [InlineData("nuint size = 4096; again: size *= 2; if (size < (nuint)n) goto again; kfree(kmalloc(size, GFP_KERNEL));")]
    [InlineData("nuint size = 4096; while (true) { try { if (n-- > 0) continue; break; } finally { size *= 8; } } kfree(kmalloc(size, GFP_KERNEL));")]
    [InlineData("nuint size = 65536; if (condition) size *= 4; if (!condition) kfree(kmalloc(size, GFP_KERNEL));")]
    [InlineData("int size = int.MaxValue; size += 10; if (size > 0) return; kfree(kmalloc((nuint)n, GFP_KERNEL));")]
    [InlineData("nuint size = 100; size -= 200; size += 164; kfree(kmalloc(size, GFP_KERNEL));")]
    [InlineData("uint size = 0x8000_0000; size *= 2; kfree(kmalloc((nuint)size, GFP_KERNEL));")]
    public Task A_size_that_fits_or_is_not_known_is_not(string statements) => InDriverAsync(statements);

    [Theory]
    [InlineData("var p = alloc_pages(GFP_KERNEL, {|KMEM4002:11|}); if (p != null) __free_pages(p, {|KMEM4002:11|});")]
    [InlineData("nuint p = __get_free_pages(GFP_KERNEL, {|KMEM4002:MAX_ORDER|}); free_pages(p, {|KMEM4002:MAX_ORDER|});")]
    [InlineData("const uint Order = 12; nuint p = __get_free_pages(GFP_KERNEL, {|KMEM4002:Order|}); free_pages(p, {|KMEM4002:Order|});")]
    [InlineData("uint order = 20; var p = alloc_pages_node(0, GFP_KERNEL, {|KMEM4002:order|}); if (p != null) __free_pages(p, {|KMEM4002:order|});")]
    [InlineData("uint order = 2; if (condition) order = 16; var p = alloc_pages(GFP_KERNEL, {|KMEM4002:order|}); if (p != null) __free_pages(p, {|KMEM4002:order|});")]
    [InlineData("free_pages((nuint)n, order: {|KMEM4002:4096|});")]
    [InlineData("do { var p = alloc_pages(GFP_ATOMIC, {|KMEM4002:64|}); } while (n-- > 0);")]
    [InlineData("_ = Contiguous({|KMEM4002:13|});")]
    public Task An_order_that_there_is_not_is_found(string statements) => InDriverAsync(statements);

    [Theory]
    [InlineData("var p = alloc_pages(GFP_KERNEL, 10); if (p != null) __free_pages(p, 10);")]
    [InlineData("var p = alloc_pages(GFP_KERNEL, MAX_ORDER - 1); if (p != null) __free_pages(p, MAX_ORDER - 1);")]
    [InlineData("var p = alloc_pages(GFP_KERNEL, (uint)n); if (p != null) __free_pages(p, (uint)n);")]
    [InlineData("uint order = 16; while (order > 10) order--; var p = alloc_pages(GFP_KERNEL, order); if (p != null) __free_pages(p, order);")]
    [InlineData("for (uint order = MAX_ORDER - 1; order > 0; order--) { var p = alloc_pages(GFP_KERNEL, order); if (p != null) { __free_pages(p, order); break; } }")]
    [InlineData("uint order = condition ? 2u : 16u; if (condition) { var p = alloc_pages(GFP_KERNEL, order); if (p != null) __free_pages(p, order); }")]
    [InlineData("var p = alloc_page(GFP_KERNEL); if (p != null) __free_page(p);")]
    [InlineData("_ = Contiguous(10);")]
    public Task An_order_that_there_is_or_that_is_not_known_is_not(string statements) => InDriverAsync(statements);

    [Fact]
    public Task Sizes_are_judged_where_a_caller_passes_them() => Verify.MembersAsync("""
        static void* Get(nuint size) => Inner(size, GFP_KERNEL);
        static void* Inner(nuint size, gfp_t flags) { if (size == 0) return null; return kmalloc(size, flags); }
        static void Large() => kfree(Get({|KMEM4001:1 << 20|}));
        static void Small() => kfree(Get(1 << 10));
        static void Recurse(nuint size) { kfree(kmalloc(size, GFP_KERNEL)); if (size > 8) Recurse(size / 2); }
        static void Start() => Recurse({|KMEM4001:1 << 20|});
        """);

    [Fact]
    public Task A_contract_of_ones_own_counts() => Verify.MembersAsync("""
        [return: Allocates("card")] static void* card_alloc([AllocationSize(Max = 4096)] nuint size) => throw null!;
        static void card_free([Frees("card")] void* p) { }
        static void Test() { card_free(card_alloc({|KMEM4001:8192|})); card_free(card_alloc(4096)); }
        """);

    [Theory]
    [InlineData("kfree(kmalloc({|CS0103:missing|} * 200000, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4001:1 << 20|}, GFP_KERNEL)); {|CS0103:missing|}();")]
    public Task Broken_code_is_analysed(string statements) => InDriverAsync(statements);

    private static Task InDriverAsync(string statements) => Verify.MembersAsync(
        "struct huge { public fixed byte Data[200_000]; }\nstatic void* Twice(nuint each, nuint size) => kmalloc(size, GFP_KERNEL);\nstatic page* Contiguous(uint order) => alloc_pages(GFP_KERNEL, order);\n"
        + "void Test(device dev, bool condition, int n)\n{\n" + statements + "\n}");
}
