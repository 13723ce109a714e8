using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Traps;

/// <summary>
/// One defect of each rule about flags, sizes and the stack where somebody has silenced it, where its code is never run, and where its
/// declaration has two parts.
/// </summary>
public class SilencedDefectsTests
{
    /// <summary>A rule, and the parameters and statements of a method with its defect.</summary>
    public static TheoryData<string, string, string> Defects { get; } = new()
    {
        { "KMEM3001", "gfp_t flags", "kfree(kmalloc(8, {|KMEM3001:flags | __GFP_DMA | __GFP_DMA32|}));" },
        { "KMEM3002", "int n", "uint saved = memalloc_noio_save(); kfree(kmalloc(8, {|KMEM3002:GFP_KERNEL|})); memalloc_noio_restore(saved);" },
        { "KMEM3003", "int n", "kfree(kmalloc(8, {|KMEM3003:__GFP_WAIT | __GFP_IO | __GFP_FS|}));" },
        { "KMEM3004", "gfp_t flags", "kfree(kmalloc(8, flags | {|KMEM3004:(gfp_t)0x4000_0000|}));" },
        { "KMEM4001", "gfp_t flags", "kfree(kmalloc({|KMEM4001:1 << 20|}, flags));" },
        { "KMEM4002", "int n", "page* q = alloc_pages(GFP_KERNEL, {|KMEM4002:12|}); if (q != null) put_page(q);" },
        { "KMEM4003", "nuint size", "kfree(kmalloc({|KMEM4003:size * 8|}, GFP_KERNEL));" },
        { "KMEM4004", "int n", "void* q = {|KMEM4004:kmalloc(8, GFP_KERNEL)|}; if (q == null) return; memset(q, 0, 8); kfree(q);" },
        { "KMEM4005", "int n", "ring* q = (ring*)kmalloc({|KMEM4005:(nuint)sizeof(ring*)|}, GFP_KERNEL); kfree(q);" },
        { "KMEM4006", "int n", "page* q = alloc_page(GFP_HIGHUSER); if (q == null) return; printk(\"\" + (ulong)page_address({|KMEM4006:q|})); __free_page(q);" },
        { "KMEM4007", "int n", "for (int i = 0; i < n; i++) { ring* q = (ring*){|KMEM4007:kmalloc((nuint)sizeof(ring), GFP_KERNEL)|}; kfree(q); }" },
        { "KMEM4008", "void* to", "void* q = kmalloc(8, GFP_KERNEL); if (q == null) return; copy_to_user(to, {|KMEM4008:q|}, 8); kfree(q);" },
        { "KMEM4009", "void* from", "void* q = {|KMEM4009:kmalloc(8, GFP_KERNEL)|}; if (q == null) return; memcpy(q, from, 8); kfree(q);" },
        { "KMEM5001", "int n", "byte* {|KMEM5001:big|} = stackalloc byte[4096]; printk(\"\" + big[0]);" },
        { "KMEM5002", "int n", "byte* some = {|KMEM5002:stackalloc byte[n]|}; some[0] = 1;" },
    };

    [Theory]
    [MemberData(nameof(Defects))]
    public Task A_silenced_defect_is_not_reported(string rule, string parameters, string statements)
    {
        string silent = Unmarked(rule, statements);
        return Verify.CompleteAsync($$"""
            void Reported({{parameters}}) { {{statements}} }
            #pragma warning disable {{rule}}
            void ByPragma({{parameters}}) { {{silent}} }
            #pragma warning restore {{rule}}
            [SuppressMessage("Kmem", "{{rule}}", Justification = "Known.")]
            void ByAttribute({{parameters}}) { {{silent}} }
            [SuppressMessage("Kmem", "{{rule}}", Justification = "Known.")]
            class WholeType { void Inside({{parameters}}) { {{silent}} } }
            """);
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public Task A_defect_in_code_that_is_not_compiled_or_never_run_is_not_reported(string rule, string parameters, string statements)
    {
        string silent = Unmarked(rule, statements);
        return Verify.CompleteAsync($$"""
            #pragma warning disable CS0162
            #if NEVER_DEFINED
            void Left({{parameters}}) { {{silent}} }
            #endif
            void Constant({{parameters}}) { const bool Debug = false; if (Debug) { {{silent}} } }
            void Behind({{parameters}}) { while (true) { } {{silent}} }
            void Dead({{parameters}}) { throw new Exception(); {{silent}} }
            void Bug({{parameters}}) { BUG(); {{silent}} }
            """);
    }

    [Theory]
    [MemberData(nameof(Defects))]
    public Task A_defect_in_a_partial_or_conditional_method_is_one_report(string rule, string parameters, string statements)
    {
        Assert.Contains(rule, statements, StringComparison.Ordinal);
        return Verify.CompleteAsync($$"""
            partial void Part({{parameters}});
            partial void Part({{parameters}}) { {{statements}} }
            partial void Nowhere({{parameters}});
            [System.Diagnostics.Conditional("NEVER_DEFINED")] void Sometimes({{parameters}}) { {{statements}} }
            void Once({{parameters}}) { {{statements}} }
            """);
    }

    [Theory]
    [InlineData("[NoIoContext] void Submit() { Trace(); Hook(); }", "kfree(kmalloc(8, GFP_KERNEL));")]
    [InlineData("[AtomicContext] void Submit() { Trace(); Hook(); }", "byte* buf = stackalloc byte[9000]; buf[0] = 1;")]
    public Task Calls_that_the_compiler_leaves_out_are_not_followed(string caller, string statements) => Verify.MembersAsync($$"""
        {{caller}}
        [System.Diagnostics.Conditional("NEVER_DEFINED")] static void Trace() { {{statements}} }
        partial void Hook();
        """);

    [Theory]
    [InlineData("#pragma warning disable KMEM5003\n", "")]
    [InlineData("", "[SuppressMessage(\"Kmem\", \"KMEM5003\", Justification = \"Known.\")] ")]
    public Task A_deep_chain_is_silenced_at_its_root(string pragma, string attribute) => Verify.MembersAsync(
        pragma + attribute + "[AtomicContext] static void Handle(int n) { if (n > 0) Handle(n - 1); }");

    private static string Unmarked(string rule, string statements) =>
        statements.Replace("{|" + rule + ":", "", StringComparison.Ordinal).Replace("|}", "", StringComparison.Ordinal);
}
