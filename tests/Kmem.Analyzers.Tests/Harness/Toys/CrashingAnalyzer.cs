using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Throws instead of reporting.</summary>
internal sealed class CrashingAnalyzer : ToyAnalyzer
{
    protected override void Analyze(SyntaxNodeAnalysisContext context) => throw new NotSupportedException("The toy broke.");
}
