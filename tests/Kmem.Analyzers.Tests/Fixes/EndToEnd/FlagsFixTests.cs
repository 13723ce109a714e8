using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

/// <summary>KMEM3001.</summary>
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
