using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Contracts.Checks;
using Kmem.Analyzers.Contracts.Relevance;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers;

/// <summary>Reports contracts that contradict each other, and lines of contract files that cannot be used.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class ContractAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        ImmutableArray.Create(Rules.ContradictoryContract, Rules.UnreadableContractLine);

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext context)
    {
        var files = ContractFiles.Of(context.Options.AdditionalFiles, context.TryGetValue, context.CancellationToken);
        if (files.Length > 0)
            context.RegisterAdditionalFileAction(CheckFile);
        if (!context.Compilation.SyntaxTrees.Any(WritesContracts))
            return;

        var contracts = FileContracts.With(files);
        var checker = new ContractChecker(new ContractTable(contracts), new KnownFamilies(context.Compilation, contracts));
        context.RegisterSymbolAction(symbol => CheckMember(symbol, checker), SymbolKind.Method, SymbolKind.NamedType, SymbolKind.Property);
    }

    private static bool WritesContracts(SyntaxTree tree) => TreeIndex.Of(tree).WritesContracts;

    private static void CheckMember(SymbolAnalysisContext context, ContractChecker checker)
    {
        if (!context.Symbol.DeclaringSyntaxReferences.Any(reference => WritesContracts(reference.SyntaxTree)))
            return;

        foreach (var contradiction in checker.Check(context.Symbol))
        {
            if (contradiction.Attribute.ApplicationSyntaxReference is { } reference)
            {
                context.ReportDiagnostic(Diagnostic.Create(
                    Rules.ContradictoryContract, reference.GetSyntax(context.CancellationToken).GetLocation(), contradiction.Message));
            }
        }
    }

    private static void CheckFile(AdditionalFileAnalysisContext context)
    {
        if (!ContractFiles.IsContractFile(context.AdditionalFile) || context.AdditionalFile.GetText(context.CancellationToken) is not { } text)
            return;

        foreach (var problem in ContractFileChecker.Check(ContractFileParser.Parse(text.ToString()), context.Compilation))
        {
            var span = new Microsoft.CodeAnalysis.Text.TextSpan(problem.Start, problem.Length);
            var location = Location.Create(context.AdditionalFile.Path, span, text.Lines.GetLinePositionSpan(span));
            context.ReportDiagnostic(Diagnostic.Create(Rules.UnreadableContractLine, location, problem.Message));
        }
    }
}
