using Microsoft.CodeAnalysis.CSharp.Testing;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Testing;

namespace Kmem.Analyzers.Tests.Support;

/// <summary>Tests an analyzer over code that knows the attributes.</summary>
internal sealed class KmemAnalyzerTest<TAnalyzer> : CSharpAnalyzerTest<TAnalyzer, DefaultVerifier>
    where TAnalyzer : DiagnosticAnalyzer, new()
{
    public KmemAnalyzerTest() => KmemReferences.AddAnnotations(TestState);
}
