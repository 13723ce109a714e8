using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Reports in generated code on purpose.</summary>
internal sealed class GeneratedCodeAnalyzer : ToyAnalyzer
{
    protected override GeneratedCodeAnalysisFlags GeneratedCode =>
        GeneratedCodeAnalysisFlags.Analyze | GeneratedCodeAnalysisFlags.ReportDiagnostics;
}
