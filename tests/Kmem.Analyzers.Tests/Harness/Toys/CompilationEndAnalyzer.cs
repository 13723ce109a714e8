using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Reports only when the whole compilation was seen, so never in an editor.</summary>
internal sealed class CompilationEndAnalyzer : ToyAnalyzer
{
    private static readonly DiagnosticDescriptor AtEnd = new(
        "TOY0001", "Small name", "The field '{0}' has a small name", "Toys", DiagnosticSeverity.Warning, isEnabledByDefault: true,
        customTags: [WellKnownDiagnosticTags.CompilationEnd]);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [AtEnd];

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationAction(static end =>
        {
            foreach (IFieldSymbol field in end.Compilation.GetTypeByMetadataName("C")!.GetMembers().OfType<IFieldSymbol>())
            {
                if (char.IsLower(field.Name[0]))
                    end.ReportDiagnostic(Diagnostic.Create(AtEnd, field.Locations[0], field.Name));
            }
        });
    }
}
