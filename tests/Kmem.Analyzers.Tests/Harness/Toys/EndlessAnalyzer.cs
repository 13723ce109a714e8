using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Comes to no end until it is told to stop.</summary>
internal sealed class EndlessAnalyzer : ToyAnalyzer
{
    protected override void Analyze(SyntaxNodeAnalysisContext context)
    {
        context.CancellationToken.WaitHandle.WaitOne();
        context.CancellationToken.ThrowIfCancellationRequested();
    }
}
