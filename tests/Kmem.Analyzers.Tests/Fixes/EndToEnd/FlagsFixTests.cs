using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>KMEM3001, 3002 and 3003.</summary>
public class FlagsFixTests
{
    [Theory]
    [InlineData("GFP_ATOMIC | GFP_KERNEL", "GFP_ATOMIC")]
    [InlineData("GFP_KERNEL | GFP_NOWAIT", "GFP_NOWAIT")]
    [InlineData("gfp_t.GFP_HIGHUSER", "gfp_t.GFP_USER")]
    [InlineData("GFP_KERNEL | __GFP_HIGHMEM", "GFP_KERNEL")]
    [InlineData("GFP_ATOMIC | __GFP_NOFAIL", "GFP_ATOMIC")]
    [InlineData("GFP_KERNEL | __GFP_NORETRY | __GFP_NOFAIL", "GFP_KERNEL | __GFP_NOFAIL")]
    [InlineData("GFP_DMA | GFP_DMA32 | GFP_KERNEL", "GFP_DMA | GFP_KERNEL")]
    [InlineData("Own", "GFP_KERNEL")]
    public Task The_part_that_contradicts_goes(string before, string after)
    {
        static string Code(string flags) => Method($"kfree(kmalloc(8, {flags})); // done");
        return FixTest.VerifyAsync<ContradictoryFlagsCodeFixProvider>(Code("{|KMEM3001:" + before + "|}"), Code(after));
    }

    [Fact]
    public Task All_in_a_document_at_once()
    {
        static string Code(string first, string second) => Method($$"""
                void* p = kmalloc(8, {{first}}), q = kzalloc(8,
            #region flags
                    /* the user's */ {{second}});
            #endregion
                kfree(p);
                kfree(q);
            """);
        return FixTest.VerifyAsync<ContradictoryFlagsCodeFixProvider>(
            Code("{|KMEM3001:GFP_ATOMIC | GFP_KERNEL|}", "{|KMEM3001:GFP_HIGHUSER|}"), Code("GFP_ATOMIC", "GFP_USER"));
    }

    [Theory]
    [InlineData("GFP_KERNEL", "GFP_NOIO")]
    [InlineData("gfp_t.GFP_DMA | gfp_t.GFP_USER | gfp_t.__GFP_ZERO", "gfp_t.GFP_DMA | gfp_t.GFP_NOIO | gfp_t.__GFP_ZERO")]
    [InlineData("__GFP_WAIT | __GFP_IO", "__GFP_WAIT")]
    public Task In_the_code_of_io_flags_are_those_without(string before, string after)
    {
        static string Code(string flags) => Method("}\n\n    [Kmem.Annotations.NoIoContext] static void Submit()\n    {\n        kfree(kmalloc(8, " + flags + "));");
        return FixTest.VerifyAsync<FlagsOfOtherContextCodeFixProvider>(Code("{|KMEM3002:" + before + "|}"), Code(after));
    }

    [Theory]
    [InlineData("__GFP_WAIT | __GFP_IO | __GFP_FS", "GFP_KERNEL")]
    [InlineData("gfp_t.__GFP_WAIT | gfp_t.__GFP_IO | gfp_t.__GFP_DMA", "GFP_NOFS | __GFP_DMA")]
    public Task A_type_flag_is_written_by_its_name(string before, string after)
    {
        static string Code(string flags) => Method("kfree(kmalloc(8, " + flags + ")); gfp_t f = " + flags + "; // both");
        return FixTest.VerifyAsync<HandCombinedFlagsCodeFixProvider>(Code("{|KMEM3003:" + before + "|}"), Code(after));
    }

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class C
        {
            const gfp_t Own = GFP_KERNEL | __GFP_HIGHMEM;

            static void M()
            {
            {{body}}
            }
        }
        """;
}
