using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>Asks for the control flow graph of every body and does nothing with it: the least that an analyzer of paths costs.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class GraphAnalyzer : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new("GRAPH", "Nothing", "Nothing", "Nothing", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCodeBlockAction(static block => CreateGraph(block.SemanticModel.GetOperation(block.CodeBlock, block.CancellationToken), block.CancellationToken));
    }

    private static ControlFlowGraph? CreateGraph(IOperation? body, CancellationToken cancellation) => body switch
    {
        IMethodBodyOperation { Parent: null } method => ControlFlowGraph.Create(method, cancellation),
        IConstructorBodyOperation { Parent: null } constructor => ControlFlowGraph.Create(constructor, cancellation),
        IBlockOperation { Parent: null } block => ControlFlowGraph.Create(block, cancellation),
        _ => null,
    };
}
