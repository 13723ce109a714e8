using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

public class SeveralDocumentsTests
{
    [Fact]
    public async Task Fix_all_reaches_every_document()
    {
        var test = new CSharpCodeFixTest<MemoryDisciplineAnalyzer, SleepingFlagsCodeFixProvider, DefaultVerifier>();
        KmemReferences.AddKernel(test.TestState);
        foreach (var name in new[] { "A", "B", "C" })
        {
            test.TestState.Sources.Add(Code(name, "{|KMEM1001:GFP_KERNEL|}", "{|KMEM1001:GFP_USER|}"));
            test.FixedState.Sources.Add(Code(name, "GFP_ATOMIC", "GFP_ATOMIC"));
        }

        await test.RunAsync();
    }

    private static string Code(string name, string first, string second) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class {{name}}
        {
            static spinlock_t lk;

            static void M()
            {
                spin_lock(ref lk);
                kfree(kmalloc(8, {{first}}));
                kfree(kmalloc(8, {{second}}));
                spin_unlock(ref lk);
            }
        }
        """;
}
