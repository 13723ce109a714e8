using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Testing;
using Xunit;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Runs a test that has to fail, and looks at why it did.</summary>
internal static class FailingTest
{
    public static Task<string> MessageAsync<TAnalyzer>(string code, params DiagnosticResult[] expected)
        where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var test = new CSharpAnalyzerTest<TAnalyzer, DefaultVerifier> { TestCode = code };
        test.ExpectedDiagnostics.AddRange(expected);
        return MessageAsync(test);
    }

    public static Task<string> MessageAsync<TAnalyzer, TFix>(string code, string fixedCode)
        where TAnalyzer : DiagnosticAnalyzer, new()
        where TFix : CodeFixProvider, new() =>
        MessageAsync(new CSharpCodeFixTest<TAnalyzer, TFix, DefaultVerifier> { TestCode = code, FixedCode = fixedCode });

    public static async Task<string> MessageAsync(AnalyzerTest<DefaultVerifier> test) =>
        (await Assert.ThrowsAsync<InvalidOperationException>(() => test.RunAsync())).Message;
}
