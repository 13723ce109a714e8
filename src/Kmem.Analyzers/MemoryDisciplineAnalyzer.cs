using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers;

/// <summary>Follows the paths of every body that touches a contract, and reports what breaks one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MemoryDisciplineAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        Rules.All.Where(rule => rule.Category != Rules.ContractsCategory).ToImmutableArray();

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        var shown = context.MinimumReportedSeverity;
        context.RegisterCompilationStartAction(compilation => Start(compilation, shown));
    }

    private static void Start(CompilationStartAnalysisContext context, DiagnosticSeverity shown)
    {
        var files = ContractFiles.Of(context.Options.AdditionalFiles, context.TryGetValue, context.CancellationToken);
        var asksForDeclarations = context.Compilation.GetTypeByMetadataName("Kmem.Annotations.MightSleepAttribute") is not null
            && RuleAudience.IsThere(Rules.UndeclaredSleep, shown, context.Compilation, context.Options, context.CancellationToken);
        var analysis = new CompilationAnalysis(context.Compilation, FileContracts.With(files), asksForDeclarations, context.CancellationToken);
        if (analysis.HasNothingToSee)
            return;

        context.RegisterSymbolAction(
            type => analysis.Analyze((INamedTypeSymbol)type.Symbol, type.ReportDiagnostic, type.CancellationToken), SymbolKind.NamedType);
        context.RegisterSymbolAction(
            symbol => analysis.Analyze((IFieldSymbol)symbol.Symbol, symbol.ReportDiagnostic, symbol.CancellationToken), SymbolKind.Field);
        context.RegisterSymbolAction(
            symbol => analysis.Analyze((IPropertySymbol)symbol.Symbol, symbol.ReportDiagnostic, symbol.CancellationToken), SymbolKind.Property);

        // For code blocks the compiler's driver would list every node of every body, which nobody here asks for.
        context.RegisterSymbolAction(
            member => analysis.AnalyzeCode(member.Symbol, member.Options.AnalyzerConfigOptionsProvider, member.ReportDiagnostic, member.CancellationToken),
            SymbolKind.Method,
            SymbolKind.Field,
            SymbolKind.Property,
            SymbolKind.Event);
    }
}
