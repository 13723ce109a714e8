using System;
using System.Collections.Immutable;
using System.Linq;
using Kmem.Analyzers.Context;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Lifetime;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers;

/// <summary>Follows the paths of every body that touches a contract, and reports what breaks one.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class MemoryDisciplineAnalyzer : DiagnosticAnalyzer
{
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = ImmutableArray.Create(
        Rules.SleepingFlags, Rules.SleepingCall, Rules.SleepInPerCpuSection, Rules.MissingNullCheck, Rules.MismatchedRelease);

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(Start);
    }

    private static void Start(CompilationStartAnalysisContext context)
    {
        var files = ImmutableArray<ContractFile>.Empty;
        var contracts = new ContractTable(new FileContracts(files));
        var graphs = new GraphSource(context.Compilation);
        var analysis = new ContextAnalysis(contracts, graphs, _ => true);
        var lifetime = new LifetimeAnalysis(context.Compilation, contracts, graphs, _ => true);
        context.RegisterCodeBlockAction(block =>
        {
            foreach (var body in CodeBodies.Of(block.CodeBlock, block.OwningSymbol, block.SemanticModel, contracts, block.CancellationToken))
            {
                analysis.Analyze(body.Graph, body.Context, block.ReportDiagnostic, block.CancellationToken);
                lifetime.Analyze(body.Graph, block.ReportDiagnostic, block.CancellationToken);
            }
        });
    }
}
