using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Flags;

/// <summary>KMEM3001.</summary>
public class ContradictoryFlagsTests
{
    [Theory]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_ATOMIC | GFP_KERNEL|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_ATOMIC | GFP_NOIO|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_ATOMIC | GFP_KERNEL|})); kfree(kmalloc(8, GFP_KERNEL | __GFP_HIGH));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_NOWAIT | GFP_KERNEL|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_HIGHUSER|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_KERNEL | __GFP_HIGHMEM|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_ATOMIC | __GFP_NOFAIL|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_KERNEL | __GFP_NOFAIL | __GFP_NORETRY|}));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_KERNEL | __GFP_DMA | __GFP_DMA32|}));")]
    [InlineData("var p = alloc_pages({|KMEM3001:GFP_HIGHUSER | GFP_DMA|}, 1); if (p != null) __free_pages(p, 1);")]
    [InlineData("nuint p = __get_free_page({|KMEM3001:GFP_HIGHUSER|}); free_page(p);")]
    [InlineData("nuint p = get_zeroed_page({|KMEM3001:GFP_KERNEL | __GFP_HIGHMEM|}); free_page(p);")]
    [InlineData("var f = GFP_KERNEL; f |= __GFP_HIGHMEM; kfree(kmalloc(8, {|KMEM3001:f|}));")]
    [InlineData("var f = condition ? GFP_DMA : GFP_DMA32; kfree(kmalloc(8, {|KMEM3001:f | GFP_KERNEL | __GFP_HIGHMEM|}));")]
    [InlineData("dev.flags = GFP_HIGHUSER; kfree(kmalloc(8, {|KMEM3001:dev.flags|}));")]
    [InlineData("if (condition) flags |= __GFP_NOFAIL | __GFP_NORETRY; kfree(kmalloc(8, {|KMEM3001:flags|}));")]
    [InlineData("while (n-- > 0) kfree(kmalloc(flags: {|KMEM3001:flags | GFP_DMA | GFP_DMA32|}, size: 8));")]
    [InlineData("if (n > 1) goto next; return; next: kfree(kmalloc(8, {|KMEM3001:(gfp_t)0x12|}));")]
    public Task Flags_that_cannot_be_meant_together_are_found(string statements) => Verify.StatementsAsync(statements);

    [Theory]
    [InlineData("static void* Get(nuint n, gfp_t more) => kmalloc(n, more | __GFP_HIGHMEM);", "kfree(Get(8, GFP_KERNEL));", "more | __GFP_HIGHMEM", "")]
    [InlineData("static void* Get(nuint n, gfp_t more) => kmalloc(n, more | GFP_KERNEL);", "kfree(Get(8, GFP_ATOMIC));", "", "GFP_ATOMIC")]
    [InlineData("static void* Get(nuint n, gfp_t more) { gfp_t all = more | GFP_DMA; return kmalloc(n, all); }", "kfree(Get(8, GFP_DMA32));", "", "GFP_DMA32")]
    [InlineData("static void* Get(gfp_t f) => Inner(f); static void* Inner(gfp_t f) => kmalloc(8, f);", "kfree(Get(GFP_HIGHUSER));", "", "GFP_HIGHUSER")]
    [InlineData("const gfp_t Own = GFP_KERNEL | __GFP_HIGHMEM;", "kfree(kmalloc(8, Own));", "", "Own")]
    [InlineData("static readonly gfp_t Own = GFP_ATOMIC | GFP_KERNEL;", "kfree(kmalloc(8, Own));", "", "Own")]
    [InlineData("static gfp_t Pick(bool user) => user ? GFP_HIGHUSER : GFP_KERNEL;", "kfree(kmalloc(8, Pick(true)));", "", "Pick(true)")]
    public Task They_are_found_through_callers_constants_and_helpers(string helper, string statements, string inHelper, string inCaller)
    {
        if (inHelper.Length > 0)
            helper = helper.Replace(inHelper, "{|KMEM3001:" + inHelper + "|}", StringComparison.Ordinal);
        if (inCaller.Length > 0)
            statements = statements.Replace(inCaller, "{|KMEM3001:" + inCaller + "|}", StringComparison.Ordinal);
        return Verify.MembersAsync(helper + "\nstatic void Test() { " + statements + " }");
    }

    [Theory]
    [InlineData("kfree(kmalloc(8, condition ? GFP_NOWAIT : GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(8, n switch { 0 => GFP_ATOMIC, 1 => GFP_NOWAIT, _ => GFP_KERNEL }));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL | __GFP_HIGH));")]
    [InlineData("kfree(kmalloc(8, GFP_DMA | GFP_KERNEL));")]
    [InlineData("kfree(kmalloc(8, GFP_ATOMIC | __GFP_DMA | __GFP_NOWARN));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL | __GFP_NOFAIL));")]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL | __GFP_NORETRY));")]
    [InlineData("kfree(kmalloc(8, flags | __GFP_NOFAIL));")]
    [InlineData("kfree(kmalloc(8, flags | GFP_DMA));")]
    [InlineData("kfree(kmalloc(8, GFP_HIGHUSER & ~__GFP_HIGHMEM));")]
    [InlineData("kfree(kmalloc(8, condition ? GFP_ATOMIC : GFP_KERNEL));")]
    [InlineData("var f = GFP_ATOMIC; if (condition) f = GFP_KERNEL; kfree(kmalloc(8, f));")]
    [InlineData("var f = condition ? GFP_HIGHUSER : GFP_KERNEL; if (!condition) kfree(kmalloc(8, f));")]
    [InlineData("var p = alloc_pages(GFP_HIGHUSER, 0); if (p != null) __free_pages(p, 0);")]
    [InlineData("if ((flags & __GFP_HIGHMEM) == 0) kfree(kmalloc(8, flags));")]
    [InlineData("_ = GFP_ATOMIC | GFP_KERNEL;")]
    [InlineData("if (false) kfree(kmalloc(8, GFP_HIGHUSER));")]
    public Task Flags_that_can_be_meant_together_are_not(string statements) => Verify.StatementsAsync(statements);

    [Fact]
    public Task Atomic_flags_that_sleep_are_one_report_under_a_lock() => Verify.StatementsAsync(
        "spin_lock(ref lk); void* p = kmalloc(8, {|KMEM1001:GFP_ATOMIC | GFP_KERNEL|}); spin_unlock(ref lk); kfree(p);");

    [Fact]
    public Task A_method_that_hands_its_flags_to_itself_is_analysed() => Verify.MembersAsync("""
        static void* Get(int depth, gfp_t f) => depth == 0 ? kmalloc(8, f) : Get(depth - 1, f);
        static void Test() => kfree(Get(3, {|KMEM3001:GFP_HIGHUSER|}));
        """);

    [Theory]
    [InlineData("kfree(kmalloc(8, GFP_KERNEL | {|CS0103:missing|}));")]
    [InlineData("kfree({|CS7036:kmalloc|}(8));")]
    [InlineData("kfree(kmalloc(8, {|KMEM3001:GFP_HIGHUSER|}){|CS1026:|}{|CS1002:|}")]
    public Task Broken_code_is_analysed(string statements) => Verify.StatementsAsync(statements);

    [Fact]
    public Task Flags_that_are_a_parameters_default_are_named_in_the_message() => Verify.MembersAsync(
        "static void* Get(nuint n, gfp_t f = GFP_HIGHUSER) => {|#1:kmalloc(n, f)|}; static void Test() => kfree({|#0:Get(8)|});",
        Verify.Report("KMEM3001").WithLocation(0).WithLocation(1).WithMessage("Flags 'GFP_HIGHUSER' contradict: 'kmalloc' returns an address, and high memory has none"));
}
