using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Reports lines of additional files that start with a small letter.</summary>
internal sealed class AdditionalFileAnalyzer : ToyAnalyzer
{
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterAdditionalFileAction(static file =>
        {
            SourceText text = file.AdditionalFile.GetText(file.CancellationToken)!;
            foreach (TextLine line in text.Lines.Where(line => char.IsLower(line.ToString().FirstOrDefault())))
            {
                Location location = Location.Create(file.AdditionalFile.Path, line.Span, text.Lines.GetLinePositionSpan(line.Span));
                file.ReportDiagnostic(Diagnostic.Create(Rule, location, line.ToString()));
            }
        });
    }
}
