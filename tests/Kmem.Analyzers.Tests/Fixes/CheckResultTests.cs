using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes;

/// <summary>Where the check goes, and how it is laid out. How it leaves: <see cref="ErrorExitTests"/>.</summary>
public class CheckResultTests
{
    [Fact]
    public Task Behind_the_allocation_in_the_indentation_of_its_line() => Checks("""
                byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|}; // the buffer

                {|use:*p|} = 1;
        """, """
                byte* p = (byte*)kmalloc(n, GFP_KERNEL); // the buffer
                if (p == null)
                    return;

                *p = 1;
        """);

    [Fact]
    public Task Behind_an_assignment_that_spans_lines() => Checks("""
                byte* p;
                p = (byte*){|alloc:kmalloc(
                    n,
                    GFP_KERNEL)|}; /* two
                    lines */
                {|use:*p|} = 1;
        """, """
                byte* p;
                p = (byte*)kmalloc(
                    n,
                    GFP_KERNEL); /* two
                    lines */
                if (p == null)
                    return;
                *p = 1;
        """);

    [Fact]
    public Task In_one_line_with_the_use() => Checks(
        "        byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|}; {|use:*p|} = 1;",
        """
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                    return;
                *p = 1;
        """);

    [Fact]
    public Task In_a_block_where_there_was_none() => Checks("""
                byte* p = null;
                if (n > 1)
                    // big
                    p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                else
                    return;
                {|use:*p|} = 1;
        """, """
                byte* p = null;
                if (n > 1)
                    // big
                {
                    p = (byte*)kmalloc(n, GFP_KERNEL);
                    if (p == null)
                        return;
                }
                else
                    return;
                *p = 1;
        """);

    [Fact]
    public Task In_a_block_where_there_was_none_in_one_line() => Checks("""
                byte* p = null;
                if (n > 1) p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|}; else return;
                {|use:*p|} = 1;
        """, """
                byte* p = null;
                if (n > 1)
                {
                    p = (byte*)kmalloc(n, GFP_KERNEL);
                    if (p == null)
                        return;
                }
                else return;
                *p = 1;
        """);

    [Fact]
    public Task Behind_a_label() => Checks("""
                byte* p;
            again:
                p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:*p|} = 1;
                if (*p == 2)
                    goto again;
        """, """
                byte* p;
            again:
                p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                    return;
                *p = 1;
                if (*p == 2)
                    goto again;
        """);

    [Fact]
    public Task In_a_switch_section_between_directives() => Checks("""
                switch (n)
                {
                    case 1:
        #if !DEBUG
                        byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
        #endif
        #region use
                        {|use:*p|} = 1;
        #endregion
                        break;
                }
        """, """
                switch (n)
                {
                    case 1:
        #if !DEBUG
                        byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                        if (p == null)
                            return;
        #endif
        #region use
                        *p = 1;
        #endregion
                        break;
                }
        """);

    [Fact]
    public Task Behind_a_choice_of_two_allocations() => Checks("""
                byte* p = (byte*)(n > 4096 ? vmalloc(n) : {|alloc:kmalloc(n, GFP_KERNEL)|});
                {|use:*p|} = 1;
        """, """
                byte* p = (byte*)(n > 4096 ? vmalloc(n) : kmalloc(n, GFP_KERNEL));
                if (p == null)
                    return;
                *p = 1;
        """);

    [Fact]
    public Task With_tabs() => new FixCase<MissingNullCheckCodeFixProvider>(Tabs("byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};\n\t\t{|use:*p|} = 1;"))
        .Report("use", Decision("p"))
        .FixesToAsync(Tabs("byte* p = (byte*)kmalloc(n, GFP_KERNEL);\n\t\tif (p == null)\n\t\t\treturn;\n\t\t*p = 1;"));

    [Fact]
    public Task With_the_line_ends_of_the_document() => new FixCase<MissingNullCheckCodeFixProvider>(CrLf(Tabs("byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};\n\t\t{|use:*p|} = 1;")))
        .Report("use", Decision("p"))
        .FixesToAsync(CrLf(Tabs("byte* p = (byte*)kmalloc(n, GFP_KERNEL);\n\t\tif (p == null)\n\t\t\treturn;\n\t\t*p = 1;")));

    [Fact]
    public Task Without_a_line_end_at_all() => new FixCase<MissingNullCheckCodeFixProvider>(
        "unsafe class C { void M() { byte* p = (byte*){|alloc:Kmem.Kernel.kmalloc(1, 0)|}; {|use:*p|} = 1; } }")
        .Report("use", Decision("p"))
        .FixesToAsync("unsafe class C { void M() { byte* p = (byte*)Kmem.Kernel.kmalloc(1, 0);\nif (p == null)\n    return;\n*p = 1; } }");

    [Theory]
    [InlineData("true", true)]
    [InlineData("true:warning", true)]
    [InlineData("when_multiline", false)]
    [InlineData("false", false)]
    public Task With_braces_where_the_code_style_says_so(string style, bool braces) => new FixCase<MissingNullCheckCodeFixProvider>(
        Tabs("byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};\n\t\t{|use:*p|} = 1;"), editorConfig: "root = true\n[*.cs]\ncsharp_prefer_braces = " + style)
        .Report("use", Decision("p"))
        .FixesToAsync(Tabs("byte* p = (byte*)kmalloc(n, GFP_KERNEL);\n\t\tif (p == null)\n\t\t"
            + (braces ? "{\n\t\t\treturn;\n\t\t}" : "\treturn;") + "\n\t\t*p = 1;"));

    [Fact]
    public Task A_field_reached_through_a_pointer() => new FixCase<MissingNullCheckCodeFixProvider>(Method("""
                dev->buf = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|};
                {|use:dev->buf[0]|} = 1;
        """))
        .Report("use", Decision("dev->buf"))
        .FixesToAsync(Method("""
                dev->buf = (byte*)kmalloc(n, GFP_KERNEL);
                if (dev->buf == null)
                    return;
                dev->buf[0] = 1;
        """));

    [Theory]
    [InlineData("nuint a = {|alloc:__get_free_page(GFP_KERNEL)|};", "a", "0", "a == 0")]
    [InlineData("nint a = (nint){|alloc:__get_free_page(GFP_KERNEL)|};", "a", "-1", "a == -1")]
    [InlineData("nuint a = {|alloc:__get_free_page(GFP_KERNEL)|};", "a", "-1", "a == unchecked((nuint)(-1))")]
    [InlineData("void* a = {|alloc:kmalloc(n, GFP_KERNEL)|};", "a", "-1", "a == (void*)(-1)")]
    [InlineData("byte* a = (byte*){|alloc:__get_free_page(GFP_KERNEL)|};", "a", "0", "a == null")]
    [InlineData("var a = {|alloc:kmem_cache_create(\"c\", n)|};", "a", "null", "a == null")]
    [InlineData("void* @new = {|alloc:kmalloc(n, GFP_KERNEL)|};", "new", "null", "@new == null")]
    [InlineData("{|alloc:Make(out void* a)|};", "a", "null", "a == null")]
    [InlineData("Dev d = default; {|alloc:Make(out d.q)|};", "d.q", "null", "d.q == null")]
    public async Task Failure_is_written_as_the_holders_type_wants_it(string allocation, string holder, string failure, string condition) =>
        await new FixCase<MissingNullCheckCodeFixProvider>(Method("        " + allocation + "\n        {|use:Use|}();"))
            .Report("use", Decision(holder, failure))
            .FixesToAsync(Method("        " + new MarkedCode(allocation).Code + $"\n        if ({condition})\n            return;\n        Use();"));

    [Fact]
    public async Task Several_in_a_document_at_once_two_in_one_declaration() => await new FixCase<MissingNullCheckCodeFixProvider>(Method("""
                byte* p = (byte*){|a:kmalloc(n, GFP_KERNEL)|}, q = (byte*){|b:kmalloc(n, GFP_KERNEL)|};
                byte* r = (byte*){|c:kmalloc(n, GFP_KERNEL)|};
                *{|ur:r|} = *{|up:p|} = *{|uq:q|};
        """))
        .Report("ur", (DiagnosticProperties.Holder, "r"), (DiagnosticProperties.FailureLiteral, "null"), (DiagnosticProperties.AllocationSpan, "c"))
        .Report("up", (DiagnosticProperties.Holder, "p"), (DiagnosticProperties.FailureLiteral, "null"), (DiagnosticProperties.AllocationSpan, "a"))
        .Report("uq", (DiagnosticProperties.Holder, "q"), (DiagnosticProperties.FailureLiteral, "null"), (DiagnosticProperties.AllocationSpan, "b"))
        .FixesToAsync(Method("""
                byte* p = (byte*)kmalloc(n, GFP_KERNEL), q = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                    return;
                if (q == null)
                    return;
                byte* r = (byte*)kmalloc(n, GFP_KERNEL);
                if (r == null)
                    return;
                *r = *p = *q;
        """));

    [Theory]
    [InlineData("*(byte*){|alloc:kmalloc(n, GFP_KERNEL)|} = 1; {|use:Use|}();", "p")]
    [InlineData("byte* p; if ((p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|}) != (byte*)n) {|use:Use|}();", "p")]
    [InlineData("byte* p; while ((p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|}) != (byte*)n) {|use:Use|}();", "p")]
    [InlineData("for (byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|}; ; ) {|use:Use|}();", "p")]
    [InlineData("byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|}; {|use:Use|}();", "q")]
    [InlineData("byte* p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|} + 4; {|use:Use|}();", "p")]
    [InlineData("byte* p = n > 4 ? (byte*){|alloc:kmalloc(n, GFP_KERNEL)|} : null; {|use:Use|}();", "p")]
    [InlineData("System.Func<nuint> f = () => {|alloc:__get_free_page(GFP_KERNEL)|}; {|use:Use|}();", "f")]
    [InlineData("byte* p = null; try { Use(); } finally { p = (byte*){|alloc:kmalloc(n, GFP_KERNEL)|}; {|use:Use|}(); }", "p")]
    public async Task Nothing_is_offered_for_other_shapes(string body, string holder) =>
        await new FixCase<MissingNullCheckCodeFixProvider>(Method(body)).Report("use", Decision(holder)).OffersNothingAsync();

    [Fact]
    public async Task Nothing_is_offered_where_nothing_holds_the_memory() =>
        await new FixCase<MissingNullCheckCodeFixProvider>(Method("*{|use:(byte*)kmalloc(n, GFP_KERNEL)|} = 1;"))
            .Report("use", (DiagnosticProperties.FailureLiteral, "null"))
            .OffersNothingAsync();

    private static Task Checks(string before, string after) => new FixCase<MissingNullCheckCodeFixProvider>(Method(before))
        .Report("use", Decision("p"))
        .FixesToAsync(Method(after));

    private static (string, string)[] Decision(string holder, string failure = "null") =>
        [(DiagnosticProperties.Holder, holder), (DiagnosticProperties.FailureLiteral, failure), (DiagnosticProperties.AllocationSpan, "alloc")];

    private static string CrLf(string code) => code.Replace("\n", "\r\n", StringComparison.Ordinal);

    private static string Tabs(string body) =>
        "using static Kmem.Kernel;\nusing static Kmem.gfp_t;\nunsafe class C\n{\n\tvoid M(nuint n)\n\t{\n\t\t" + body + "\n\t}\n}\n";

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;
        unsafe struct Dev { public byte* buf; public void* q; }
        unsafe class C
        {
            static void Use() { }
            static void Make(out void* p) => p = null;

            void M(nuint n, Dev* dev)
            {
        {{body}}
            }
        }
        """;
}
