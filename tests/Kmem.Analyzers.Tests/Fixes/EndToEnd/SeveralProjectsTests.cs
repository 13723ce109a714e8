using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes.EndToEnd;

public class SeveralProjectsTests
{
    [Fact]
    public async Task The_allocator_may_be_a_project_of_the_solution_as_editors_have_it()
    {
        var test = new CSharpCodeFixTest<MemoryDisciplineAnalyzer, SleepingFlagsCodeFixProvider, DefaultVerifier>
        {
            TestCode = Code("{|KMEM1001:GFP_KERNEL|}"),
            FixedCode = Code("GFP_ATOMIC"),
        };
        KmemReferences.AddAnnotations(test.TestState);
        test.TestState.AdditionalProjectReferences.Add("Kernel");
        test.TestState.AdditionalProjects["Kernel"].Sources.Add(KernelStub.Code);
        KmemReferences.AddAnnotations(test.TestState.AdditionalProjects["Kernel"]);
        await test.RunAsync();
    }

    private static string Code(string flags) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;

        unsafe class C
        {
            static spinlock_t lk;

            static void M()
            {
                spin_lock(ref lk);
                kfree(kmalloc(8, {{flags}}));
                spin_unlock(ref lk);
            }
        }
        """;
}
