using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Usage;

/// <summary>KMEM4003.</summary>
public class OverflowingSizeTests
{
    [Theory]
    [InlineData("kfree(kmalloc({|KMEM4003:count * 8|}, GFP_KERNEL));")]
    [InlineData("kfree(kzalloc({|KMEM4003:count * (nuint)sizeof(ring)|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4003:(nuint)(n * sizeof(ring))|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4003:(nuint)n * (nuint)m|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4003:count * (2 * sizeof(int))|}, GFP_KERNEL));")]
    [InlineData("nuint bytes = count * 16; kfree(kmalloc({|KMEM4003:bytes|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4003:(nuint)dev.ring->head * 64|}, GFP_KERNEL));")]
    [InlineData("if (n <= 0) return; kfree(kmalloc({|KMEM4003:(nuint)(n * 4)|}, GFP_KERNEL));")]
    [InlineData("void* p = kmalloc({|KMEM4003:count * 8|}, GFP_KERNEL); for (nuint i = 0; i < count; i++) { } kfree(p);")]
    [InlineData("if (m < 16) kfree(kmalloc({|KMEM4003:(nuint)n * (nuint)m|}, GFP_KERNEL));")]
    [InlineData("kfree(krealloc(null, {|KMEM4003:count * 8|}, GFP_KERNEL));")]
    [InlineData("kfree(krealloc(null, {|KMEM4003:count * count * 2|}, GFP_KERNEL));")]
    [InlineData("kfree(Get({|KMEM4003:count * 8|}));")]
    [InlineData("kfree(Behind({|KMEM4003:count * 8|}));")]
    [InlineData("kfree(kmalloc({|KMEM4003:(nuint)((ulong)(uint)n * (ulong)(uint)m * 4)|}, GFP_KERNEL));")]
    [InlineData("nuint copy = count; kfree(kmalloc({|KMEM4003:copy * 8|}, GFP_KERNEL));")]
    [InlineData("nuint copy = n == 3 ? count : 10; kfree(kmalloc({|KMEM4003:copy * 8|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4003:(count >> 2) * 8|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4003:count / 4 * 8|}, GFP_KERNEL));")]
    [InlineData("var all = new int[n]; kfree(kmalloc({|KMEM4003:(nuint)all.Length * 8|}, GFP_KERNEL));")]
    [InlineData("var all = new long[n]; kfree(kmalloc({|KMEM4003:(nuint)(all.Length * 8)|}, GFP_KERNEL));")]
    [InlineData("var all = new long[n]; kfree(kmalloc({|KMEM4003:(nuint)all.Length * count|}, GFP_KERNEL));")]
    public Task A_product_of_which_a_factor_is_not_limited_is_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("kfree(kmalloc({|KMEM4003:(nuint)sizeof(ring) + count * 8|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4003:(nuint)(sizeof(ring) + n * sizeof(int))|}, GFP_KERNEL));")]
    [InlineData("kfree(kzalloc({|KMEM4003:count * (nuint)sizeof(ring) + 16|}, GFP_ATOMIC));")]
    [InlineData("kfree(kmalloc({|KMEM4003:16 + count * 8 + (nuint)n|}, GFP_KERNEL));")]
    [InlineData("nuint table = count * 8; kfree(kmalloc({|KMEM4003:table + 64|}, GFP_KERNEL));")]
    [InlineData("int table = n * 8; kfree(kmalloc({|KMEM4003:(nuint)(table + 64)|}, GFP_KERNEL));")]
    [InlineData("nuint bytes = 64; bytes += count * 8; kfree(kmalloc({|KMEM4003:bytes|}, GFP_KERNEL));")]
    [InlineData("int bytes = sizeof(ring); bytes += n * 4; kfree(kmalloc({|KMEM4003:(nuint)bytes|}, GFP_KERNEL));")]
    [InlineData("nuint bytes = (nuint)sizeof(ring) + count * 8; dev.buf = (byte*)kmalloc({|KMEM4003:bytes|}, GFP_KERNEL);")]
    [InlineData("kfree(kmalloc({|KMEM4003:count * 8 - 8|}, GFP_KERNEL));")]
    [InlineData("kfree(Get({|KMEM4003:(nuint)sizeof(ring) + count * 8|}));")]
    public Task A_product_with_something_in_front_of_it_is_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("nuint bytes = count; bytes *= 8; kfree(kmalloc({|KMEM4003:bytes|}, GFP_KERNEL));")]
    [InlineData("nuint bytes = (nuint)sizeof(ring); bytes *= count; kfree(kmalloc({|KMEM4003:bytes|}, GFP_KERNEL));")]
    [InlineData("nuint bytes = (nuint)n; bytes *= (nuint)sizeof(ring); kfree(kzalloc({|KMEM4003:bytes|}, GFP_KERNEL));")]
    [InlineData("count *= 8; kfree(kmalloc({|KMEM4003:count|}, GFP_KERNEL));")]
    [InlineData("nuint bytes = 16; bytes *= 2 * count; kfree(kmalloc({|KMEM4003:bytes|}, GFP_KERNEL));")]
    [InlineData("nuint bytes = count; bytes *= 8; kfree(Get({|KMEM4003:bytes|}));")]
    public Task A_product_that_is_assigned_is_found(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("nuint bytes = 16; while (bytes < count) bytes *= 2; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("if (count > 64) return; nuint bytes = (nuint)sizeof(ring); bytes *= count; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("if (count > 64) return; nuint bytes = count; bytes *= 8; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("nuint bytes = count; if (bytes > 64) return; bytes *= 8; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("count = Math.Min(count, 64); count *= 8; kfree(kmalloc(count, GFP_KERNEL));")]
    [InlineData("nuint bytes = count & 0xff; bytes *= 8; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("nuint bytes = (nuint)small; bytes *= 8; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("ulong bytes = (uint)n; bytes *= 8; kfree(kmalloc((nuint)bytes, GFP_KERNEL));")]
    [InlineData("nuint bytes = count; checked { bytes *= 8; } kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("nuint bytes = count; bytes *= 8; bytes = 64; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("nuint bytes = count; bytes *= 2; dev.buf = (byte*)krealloc(null, bytes, GFP_KERNEL);")]
    public Task An_assigned_product_that_cannot_overflow_is_not(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("kfree(kmalloc((nuint)sizeof(ring) + 4 * 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)sizeof(ring) + count, GFP_KERNEL));")]
    [InlineData("if (count > 64) return; kfree(kmalloc((nuint)sizeof(ring) + count * 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(checked((nuint)sizeof(ring) + count * 8), GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)(sizeof(ring) + (long)n * m), GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)((ulong)(uint)n * 8) + 16, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)(sizeof(ring) + small * sizeof(int)), GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)sizeof(ring) + Math.Min(count, 64) * 8, GFP_KERNEL));")]
    [InlineData("nuint bytes = 16 + count * 8; bytes = 64; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(((nuint)n + 15) & ~(nuint)15, GFP_KERNEL));")]
    [InlineData("vfree(vmalloc((nuint)sizeof(ring) + count * 8));")]
    public Task Other_sums_are_not(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("kfree(kmalloc(count, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(4 * 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)(4 * sizeof(ring)), GFP_KERNEL));")]
    [InlineData("kfree(kmalloc_array(count, 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(checked(count * 8), GFP_KERNEL));")]
    [InlineData("if (count > 1000) return; kfree(kmalloc(count * 8, GFP_KERNEL));")]
    [InlineData("BUG_ON(count >= 64); kfree(kmalloc(count * 8, GFP_KERNEL));")]
    [InlineData("if (n is < 0 or > 100) return; kfree(kmalloc((nuint)(n * 8), GFP_KERNEL));")]
    [InlineData("if (!Fits(n)) return; kfree(kmalloc((nuint)(n * 8), GFP_KERNEL));")]
    [InlineData("static void Check(nuint c) { if (c > 64) throw new ArgumentException(); } Check(count); kfree(kmalloc(count * 8, GFP_KERNEL));")]
    [InlineData("nuint part = count < 64 ? count : 64; kfree(kmalloc(part * 8, GFP_KERNEL));")]
    [InlineData("nuint part = count switch { < 64 => count, _ => 64 }; kfree(kmalloc(part * 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)(small * 8), GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((count & 0xff) * 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(Math.Min(count, 64) * 8, GFP_KERNEL));")]
    [InlineData("n = Math.Min(n, 64); kfree(kmalloc((nuint)(n * 8), GFP_KERNEL));")]
    [InlineData("var most = Math.Clamp(n, 0, 64); kfree(kmalloc((nuint)(most * 8), GFP_KERNEL));")]
    [InlineData("int low = n & 0xff; kfree(kmalloc((nuint)(low * 8), GFP_KERNEL));")]
    [InlineData("count &= 0xff; kfree(kmalloc(count * 8, GFP_KERNEL));")]
    [InlineData("count %= 100; kfree(kmalloc(count * 8, GFP_KERNEL));")]
    [InlineData("nuint four = 4; kfree(kmalloc(four * 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(count + 8, GFP_KERNEL));")]
    [InlineData("vfree(vmalloc(count * 8));")]
    [InlineData("if (count > 64) return; nuint copy = count; kfree(kmalloc(copy * 8, GFP_KERNEL));")]
    [InlineData("nuint bytes = count * 8; if (bytes / 8 != count) return; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("nuint bytes = count * (nuint)n; if (n != 0 && bytes / (nuint)n != count) return; kfree(kmalloc(bytes, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)((ulong)(uint)n * (uint)m), GFP_KERNEL));")]
    [InlineData("ArgumentOutOfRangeException.ThrowIfGreaterThan(n, 64); kfree(kmalloc((nuint)(n * 8), GFP_KERNEL));")]
    [InlineData("void* p = null; nuint size = 16; for (nuint used = 0; used < count; used++) { if (used != size) continue; var q = krealloc(p, size * 2, GFP_KERNEL); if (q == null) break; p = q; size *= 2; } kfree(p);")]
    [InlineData("nuint grown = count * 2; kfree(krealloc(null, grown, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((count + 15) / 16 * 16, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((count >> 4) * 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)((uint)n >>> 16) * (nuint)sizeof(ring), GFP_KERNEL));")]
    [InlineData("var all = new ring[n]; kfree(kmalloc((nuint)all.Length * (nuint)sizeof(ring), GFP_KERNEL));")]
    [InlineData("var all = new string[n]; kfree(kmalloc((nuint)all.Length * 8 + 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc((nuint)nameof(dev).ToString().Length * 2 + 2, GFP_KERNEL));")]
    [InlineData("Span<long> all = new long[n]; kfree(kmalloc((nuint)all.Length * 4, GFP_KERNEL));")]
    public Task A_limited_or_checked_product_is_not(string statements) => InMethodAsync(statements);

    [Theory]
    [InlineData("kfree(kmalloc({|CS0103:missing|} * 8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(count * {|CS1525:,|} GFP_KERNEL));")]
    public Task Broken_code_is_analysed(string statements) => InMethodAsync(statements);

    private static Task InMethodAsync(string statements) => Verify.MembersAsync(
        "static bool Fits(int n) => n < 100;\nstatic void* Get(nuint size) => kmalloc(size, GFP_KERNEL);\nstatic void* Behind(nuint size) => kmalloc(size + 16, GFP_KERNEL);\n"
        + "void Test(device dev, nuint count, int n, int m, byte small)\n{\n" + statements + "\n}");
}
