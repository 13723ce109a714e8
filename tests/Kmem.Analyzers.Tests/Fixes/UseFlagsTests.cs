using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes;

public class UseFlagsTests
{
    private const string Map =
        "GFP_KERNEL=GFP_ATOMIC;GFP_USER=GFP_ATOMIC;GFP_HIGHUSER=GFP_ATOMIC,__GFP_HIGHMEM;GFP_NOIO=GFP_ATOMIC;__GFP_WAIT=;__GFP_IO=;__GFP_FS=";

    [Theory]
    [InlineData("gfp_t.GFP_KERNEL", "gfp_t.GFP_ATOMIC")]
    [InlineData("Kmem.gfp_t.GFP_KERNEL", "Kmem.gfp_t.GFP_ATOMIC")]
    [InlineData("Flags.GFP_KERNEL", "Flags.GFP_ATOMIC")]
    [InlineData("GFP_KERNEL", "GFP_ATOMIC")]
    [InlineData("(GFP_KERNEL)", "(GFP_ATOMIC)")]
    [InlineData("GFP_DMA | GFP_KERNEL", "GFP_DMA | GFP_ATOMIC")]
    [InlineData("gfp_t.GFP_DMA|gfp_t.GFP_KERNEL", "gfp_t.GFP_DMA|gfp_t.GFP_ATOMIC")]
    [InlineData("GFP_HIGHUSER", "GFP_ATOMIC | __GFP_HIGHMEM")]
    [InlineData("gfp_t.GFP_HIGHUSER", "gfp_t.GFP_ATOMIC | gfp_t.__GFP_HIGHMEM")]
    [InlineData("GFP_HIGHUSER | __GFP_HIGHMEM", "GFP_ATOMIC | __GFP_HIGHMEM")]
    [InlineData("GFP_HIGHUSER & ~__GFP_NOWARN", "(GFP_ATOMIC | __GFP_HIGHMEM) & ~__GFP_NOWARN")]
    [InlineData("GFP_KERNEL & ~__GFP_FS", "GFP_ATOMIC & ~__GFP_FS")]
    [InlineData("GFP_KERNEL | GFP_ATOMIC", "GFP_ATOMIC")]
    [InlineData("GFP_ATOMIC | GFP_KERNEL", "GFP_ATOMIC")]
    [InlineData("GFP_KERNEL | GFP_USER", "GFP_ATOMIC")]
    [InlineData("GFP_ATOMIC | __GFP_WAIT | __GFP_IO", "GFP_ATOMIC")]
    [InlineData("__GFP_WAIT | __GFP_IO | GFP_ATOMIC", "GFP_ATOMIC")]
    [InlineData("GFP_ATOMIC /* reserve */ | __GFP_WAIT", "GFP_ATOMIC /* reserve */ ")]
    [InlineData("GFP_ATOMIC | /* may wait */ __GFP_WAIT", "GFP_ATOMIC /* may wait */ ")]
    [InlineData("big ? GFP_KERNEL : GFP_USER | __GFP_ZERO", "big ? GFP_ATOMIC : GFP_ATOMIC | __GFP_ZERO")]
    [InlineData("n switch { 1 => GFP_KERNEL, _ => GFP_ATOMIC }", "n switch { 1 => GFP_ATOMIC, _ => GFP_ATOMIC }")]
    [InlineData("(gfp_t)(uint)GFP_HIGHUSER", "(gfp_t)(uint)(GFP_ATOMIC | __GFP_HIGHMEM)")]
    [InlineData("GFP_KERNEL | extra", "GFP_ATOMIC | extra")]
    [InlineData("GFP_KERNEL | Options.Extra", "GFP_ATOMIC | Options.Extra")]
    public async Task Flags_that_sleep_are_replaced_where_they_stand(string before, string after) =>
        await new FixCase<SleepingFlagsCodeFixProvider>(Call("{|report:" + before + "|}"))
            .Report("report", (DiagnosticProperties.FlagReplacements, Map), (DiagnosticProperties.FlagsType, "Kmem.gfp_t"))
            .FixesToAsync(Call(after));

    [Theory]
    [InlineData("extra", "GFP_ATOMIC", "GFP_ATOMIC")]
    [InlineData("Options.Extra", "GFP_ATOMIC,__GFP_ZERO", "GFP_ATOMIC | __GFP_ZERO")]
    [InlineData("GFP_KERNEL ^ __GFP_FS", "GFP_ATOMIC", "GFP_ATOMIC")]
    [InlineData("GFP_KERNEL | extra", "GFP_ATOMIC,__GFP_ZERO", "GFP_ATOMIC | __GFP_ZERO")]
    [InlineData("GFP_KERNEL | Options.Zero", "GFP_ATOMIC", "GFP_ATOMIC")]
    [InlineData("__GFP_WAIT | __GFP_IO", "GFP_NOWAIT", "GFP_NOWAIT")]
    [InlineData("Options.Get(n)", "GFP_ATOMIC", "GFP_ATOMIC")]
    [InlineData("GFP_KERNEL | extra | __GFP_ZERO", "GFP_ATOMIC", "GFP_ATOMIC | extra | __GFP_ZERO")] // what the variable adds is not known
    [InlineData("flags: extra", "GFP_ATOMIC", "flags: GFP_ATOMIC")]
    public async Task An_argument_that_names_no_flag_is_replaced_whole(string before, string atomic, string after)
    {
        var marked = before.StartsWith("flags: ", StringComparison.Ordinal) ? "flags: {|report:" + before[7..] + "|}" : "{|report:" + before + "|}";
        await new FixCase<SleepingFlagsCodeFixProvider>(Call(marked))
            .Report("report", (DiagnosticProperties.FlagReplacements, Map), (DiagnosticProperties.WholeFlags, atomic))
            .FixesToAsync(Call(after));
    }

    [Theory]
    [InlineData("using Kmem;", "gfp_t.GFP_ATOMIC")]
    [InlineData("using Kmem; using static Kmem.gfp_t;", "GFP_ATOMIC")]
    [InlineData("using Gfp = Kmem.gfp_t;", "Gfp.GFP_ATOMIC")]
    [InlineData("", "Kmem.gfp_t.GFP_ATOMIC")]
    public async Task A_new_flag_is_spelled_as_the_document_can(string usings, string after)
    {
        string Code(string flags) => $$"""
            {{usings}}
            unsafe class C
            {
                void* M(Kmem.gfp_t f) => Kmem.Kernel.kmalloc(8, {{flags}});
            }
            """;
        await new FixCase<SleepingFlagsCodeFixProvider>(Code("{|report:f|}"))
            .Report("report", (DiagnosticProperties.WholeFlags, "GFP_ATOMIC"), (DiagnosticProperties.FlagsType, "Kmem.gfp_t"))
            .FixesToAsync(Code(after));
    }

    [Fact]
    public async Task A_local_that_hides_the_flag_is_gone_round()
    {
        static string Code(string flags) => $$"""
            using Kmem;
            using static Kmem.gfp_t;
            unsafe class C
            {
                void* M(gfp_t GFP_ATOMIC) => Kernel.kmalloc(8, {{flags}});
            }
            """;
        await new FixCase<SleepingFlagsCodeFixProvider>(Code("{|report:GFP_KERNEL|}"))
            .Report("report", (DiagnosticProperties.FlagReplacements, Map))
            .FixesToAsync(Code("gfp_t.GFP_ATOMIC"));
    }

    [Fact]
    public async Task Comments_and_directives_stay()
    {
        static string Code(string flags) => $$"""
            using Kmem;
            using static Kmem.Kernel;
            using static Kmem.gfp_t;
            unsafe class C
            {
                void* M() => kmalloc( /* size */ 8,
            #if DEBUG
                    GFP_DMA |
            #endif
                    // the flags
                    {{flags}} /* here */
            #region end
                    );
            #endregion
            }
            """;
        await new FixCase<SleepingFlagsCodeFixProvider>(Code("{|report:GFP_KERNEL|}"))
            .Report("report", (DiagnosticProperties.FlagReplacements, Map))
            .FixesToAsync(Code("GFP_ATOMIC"));
    }

    [Fact]
    public async Task All_in_a_document_are_fixed_at_once_nested_ones_too()
    {
        static string Code(string a, string b, string c) => $$"""
            using Kmem;
            using static Kmem.Kernel;
            using static Kmem.gfp_t;
            unsafe class C
            {
                void M()
                {
                    void* p = kmalloc(*(nuint*)kmalloc(8, {{a}}), {{b}});
                    kfree(kzalloc(8, {{c}}));
                }
            }
            """;
        await new FixCase<SleepingFlagsCodeFixProvider>(Code("{|a:GFP_KERNEL|}", "{|b:GFP_DMA | GFP_KERNEL|}", "{|c:gfp_t.GFP_USER|}"))
            .Report("c", (DiagnosticProperties.FlagReplacements, Map))
            .Report("b", (DiagnosticProperties.FlagReplacements, Map))
            .Report("a", (DiagnosticProperties.FlagReplacements, Map))
            .Report("a", (DiagnosticProperties.FlagReplacements, Map))
            .FixesToAsync(Code("GFP_ATOMIC", "GFP_DMA | GFP_ATOMIC", "gfp_t.GFP_ATOMIC"));
    }

    [Theory]
    [InlineData("__GFP_WAIT | __GFP_IO")] // nothing would be left
    [InlineData("extra")]
    [InlineData("GFP_KERNEL ^ __GFP_FS")] // without its bits, ^ would set the flag
    public async Task Nothing_is_offered_where_no_flags_are_known(string flags) =>
        await new FixCase<SleepingFlagsCodeFixProvider>(Call("{|report:" + flags + "|}"))
            .Report("report", (DiagnosticProperties.FlagReplacements, Map))
            .OffersNothingAsync();

    [Fact]
    public async Task Nothing_is_offered_for_flags_left_out()
    {
        await new FixCase<SleepingFlagsCodeFixProvider>("""
            using Kmem;
            unsafe class C
            {
                static void* Make(gfp_t flags = gfp_t.GFP_KERNEL) => Kernel.kmalloc(8, flags);
                static void Use(void* p) { }
                void M() => Use({|report:Make()|});
            }
            """)
            .Report("report", (DiagnosticProperties.WholeFlags, "GFP_ATOMIC"))
            .OffersNothingAsync();
    }

    [Fact]
    public async Task The_title_names_the_flags() =>
        Assert.Equal(
            ["Use GFP_ATOMIC | __GFP_HIGHMEM"],
            await new FixCase<SleepingFlagsCodeFixProvider>(Call("{|report:GFP_HIGHUSER|}"))
                .Report("report", (DiagnosticProperties.FlagReplacements, Map))
                .TitlesAsync());

    private static string Call(string flags) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;
        using Flags = Kmem.gfp_t;
        unsafe class C
        {
            static class Options { public static gfp_t Extra; public const gfp_t Zero = GFP_USER; public static gfp_t Get(int n) => Extra; }

            void* M(bool big, int n, gfp_t extra) => kmalloc(8, {{flags}});
        }
        """;
}
