using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.FlowAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>Looks at every body and says nothing: what the work costs that every analyzer of its kind has to do.</summary>
/// <param name="look">What it does with a body.</param>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BodyAnalyzer(Action<CodeBlockAnalysisContext> look) : DiagnosticAnalyzer
{
    private static readonly DiagnosticDescriptor Rule = new("SILENT", "Nothing", "Nothing", "Nothing", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [Rule];

    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCodeBlockAction(look);
    }

    /// <summary>Does nothing: the least that an analyzer of bodies costs.</summary>
    public static void Pass(CodeBlockAnalysisContext block)
    {
    }

    /// <summary>Asks for the body's control flow graph and does nothing with it: the least that an analyzer of paths costs.</summary>
    public static void CreateGraph(CodeBlockAnalysisContext block)
    {
        _ = block.SemanticModel.GetOperation(block.CodeBlock, block.CancellationToken) switch
        {
            IMethodBodyOperation { Parent: null } method => ControlFlowGraph.Create(method, block.CancellationToken),
            IConstructorBodyOperation { Parent: null } constructor => ControlFlowGraph.Create(constructor, block.CancellationToken),
            IBlockOperation { Parent: null } statements => ControlFlowGraph.Create(statements, block.CancellationToken),
            _ => null,
        };
    }
}
