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
        var test = Create<TFix>(code, fixedCode, action);
        if (batchFixedCode is not null)
            test.BatchFixedCode = batchFixedCode;
        test.DisabledDiagnostics.AddRange(Verify.RulesOfWholeBodies.Except(new TFix().FixableDiagnosticIds));
        return test.RunAsync();
    }

    /// <summary>The same with every rule: whole methods lose nothing, and a fix does not make them.</summary>
    public static Task VerifyCompleteAsync<TFix>(string code, string fixedCode)
        where TFix : CodeFixProvider, new() => Create<TFix>(code, fixedCode, action: null).RunAsync();

    private static CSharpCodeFixTest<MemoryDisciplineAnalyzer, TFix, DefaultVerifier> Create<TFix>(string code, string fixedCode, int? action)
        where TFix : CodeFixProvider, new()
    {
        var test = new CSharpCodeFixTest<MemoryDisciplineAnalyzer, TFix, DefaultVerifier> { TestCode = code, FixedCode = fixedCode, CodeActionIndex = action };
        KmemReferences.AddKernel(test.TestState);
        return test;
    }
}
