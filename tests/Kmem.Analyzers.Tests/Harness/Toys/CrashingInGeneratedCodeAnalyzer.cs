using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Throws when the file starts with a comment, as generated code does.</summary>
internal sealed class CrashingInGeneratedCodeAnalyzer : ToyAnalyzer
{
    protected override GeneratedCodeAnalysisFlags GeneratedCode => GeneratedCodeAnalysisFlags.Analyze;

    protected override void Analyze(SyntaxNodeAnalysisContext context)
    {
        if (context.IsGeneratedCode)
            throw new NotSupportedException("The toy broke.");
        base.Analyze(context);
    }
}
