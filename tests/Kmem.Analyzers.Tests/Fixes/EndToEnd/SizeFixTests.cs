using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>KMEM4001, 4003 and 4005.</summary>
public class SizeFixTests
{
    [Theory]
    [InlineData("void* p = kmalloc({|KMEM4001:1 << 20|}, GFP_KERNEL); kfree(p);", "void* p = kvmalloc(1 << 20, GFP_KERNEL); kvfree(p);")]
    [InlineData("byte* p = (byte*)Kernel.kzalloc({|KMEM4001:1 << 20|}, GFP_KERNEL); if (p == null) return; p[0] = 1; Kernel.kfree(p); // done", "byte* p = (byte*)Kernel.kvzalloc(1 << 20, GFP_KERNEL); if (p == null) return; p[0] = 1; Kernel.kvfree(p); // done")]
    public Task Memory_too_large_for_one_piece_need_not_be_one(string before, string after) =>
        FixTest.VerifyAsync<SizeTooLargeCodeFixProvider>(Method(before), Method(after));

    [Theory]
    [InlineData("kfree(kmalloc({|KMEM4001:1 << 20|}, GFP_KERNEL));")]
    [InlineData("void* p = kmalloc({|KMEM4001:1 << 20|}, GFP_ATOMIC); kfree(p);")]
    [InlineData("void* p = kmalloc({|KMEM4001:1 << 20|}, GFP_KERNEL); held = p;")]
    public Task Not_in_atomic_code_nor_where_the_memory_goes_elsewhere(string code) =>
        FixTest.VerifyAsync<SizeTooLargeCodeFixProvider>(Method(code), Method(code));

    [Fact]
    public Task Not_where_the_release_would_sleep_under_a_lock()
    {
        string code = Method("void* p = kmalloc({|KMEM4001:64 * 1024 * 1024|}, GFP_KERNEL); spin_lock(ref lk); kfree(p); spin_unlock(ref lk);");
        return FixTest.VerifyAsync<SizeTooLargeCodeFixProvider>(code, code);
    }

    [Theory]
    [InlineData("kfree(kmalloc({|KMEM4003:n * 8|}, GFP_KERNEL));", "kfree(kmalloc_array(n, 8, GFP_KERNEL));")]
    [InlineData("kfree(kzalloc({|KMEM4003:(nuint)(count * sizeof(point))|}, GFP_KERNEL));", "kfree(kcalloc((nuint)count, (nuint)sizeof(point), GFP_KERNEL));")]
    [InlineData("kfree(Kernel.kmalloc({|KMEM4003:n /* points */ * (nuint)sizeof(point)|}, GFP_KERNEL)); // all", "kfree(Kernel.kmalloc_array(n /* points */, (nuint)sizeof(point), GFP_KERNEL)); // all")]
    [InlineData("kfree(kmalloc({|KMEM4003:(nuint)(count * 4 /* bytes */)|}, GFP_KERNEL));", "kfree(kmalloc_array((nuint)count, 4 /* bytes */, GFP_KERNEL));")]
    [InlineData("kfree(kzalloc(flags: GFP_KERNEL, size: {|KMEM4003:n * (nuint)sizeof(point)|}));", "kfree(kcalloc(flags: GFP_KERNEL, n: n, size: (nuint)sizeof(point)));")]
    [InlineData("kfree(kmalloc({|KMEM4003:n * 8|}, flags: GFP_KERNEL));", "kfree(kmalloc_array(n, 8, flags: GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4003:(nuint)((count + 1) * 4)|}, GFP_KERNEL));", "kfree(kmalloc_array((nuint)(count + 1), 4, GFP_KERNEL));")]
    public Task The_allocator_multiplies(string before, string after) =>
        FixTest.VerifyAsync<OverflowingSizeCodeFixProvider>(Method(before), Method(after));

    [Theory]
    [InlineData("kfree(kmalloc({|KMEM4003:16 + n * 8|}, GFP_KERNEL));")]
    [InlineData("nuint bytes = n * 8 + 16; kfree(kmalloc({|KMEM4003:bytes|}, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc({|KMEM4003:n // points\n * 8|}, GFP_KERNEL));")]
    public Task No_allocator_adds(string code) => FixTest.VerifyAsync<OverflowingSizeCodeFixProvider>(Method(code), Method(code));

    [Theory]
    [InlineData("point* p = (point*)kmalloc({|KMEM4005:(nuint)sizeof(int)|}, GFP_KERNEL); kfree(p);", "point* p = (point*)kmalloc((nuint)sizeof(point), GFP_KERNEL); kfree(p);")]
    [InlineData("var p = (Card.State*)kmalloc({|KMEM4005:(nuint)sizeof(Card.State*)|}, GFP_KERNEL); kfree(p);", "var p = (Card.State*)kmalloc((nuint)sizeof(Card.State), GFP_KERNEL); kfree(p);")]
    public Task The_size_is_that_of_the_type(string before, string after) =>
        FixTest.VerifyAsync<SizeOfOtherTypeCodeFixProvider>(Method(before), Method(after));

    [Fact]
    public Task All_in_a_document_at_once() => FixTest.VerifyAsync<OverflowingSizeCodeFixProvider>(
        Method("void* p = kmalloc({|KMEM4003:n * 8|}, GFP_KERNEL), q = kzalloc({|KMEM4003:n * 4|}, GFP_KERNEL); kfree(p); kfree(q);"),
        Method("void* p = kmalloc_array(n, 8, GFP_KERNEL), q = kcalloc(n, 4, GFP_KERNEL); kfree(p); kfree(q);"));

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        struct point { public int X, Y; }
        class Card { public struct State { public long A, B; } }

        unsafe class C
        {
            static void* held;
            static spinlock_t lk;

            static void M(nuint n, int count)
            {
                {{body}}
            }
        }
        """;
}
