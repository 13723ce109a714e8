using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Testing;

namespace Kmem.Analyzers.Tests.Fixes.Support;

/// <summary>A fix with the analyzer itself, over code that uses the real allocator; the fixed code must be clean.</summary>
internal static class FixTest
{
    public static Task VerifyAsync<TFix>(string code, string fixedCode, int? action = null, string? batchFixedCode = null)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<MemoryDisciplineAnalyzer, TFix, DefaultVerifier> { TestCode = code, FixedCode = fixedCode, CodeActionIndex = action };
        if (batchFixedCode is not null)
            test.BatchFixedCode = batchFixedCode;
        test.DisabledDiagnostics.AddRange(Verify.RulesOfWholeBodies.Except(new TFix().FixableDiagnosticIds));
        KmemReferences.AddKernel(test.TestState);
        return test.RunAsync();
    }
}
