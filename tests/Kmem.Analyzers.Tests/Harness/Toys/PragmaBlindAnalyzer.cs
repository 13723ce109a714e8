using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Reports by path instead of by tree, where no pragma has an effect.</summary>
internal sealed class PragmaBlindAnalyzer : ToyAnalyzer
{
    protected override void Analyze(SyntaxNodeAnalysisContext context)
    {
        foreach (VariableDeclaratorSyntax name in Names((FieldDeclarationSyntax)context.Node))
        {
            Location location = name.Identifier.GetLocation();
            FileLinePositionSpan span = location.GetLineSpan();
            context.ReportDiagnostic(Diagnostic.Create(Rule, Location.Create(span.Path, location.SourceSpan, span.Span), name.Identifier.Text));
        }
    }
}
