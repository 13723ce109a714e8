using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Its rule is off until a user switches it on.</summary>
internal sealed class OffByDefaultAnalyzer : ToyAnalyzer
{
    private static readonly DiagnosticDescriptor Off =
        new("TOY0003", "Off", "Off", "Toys", DiagnosticSeverity.Info, isEnabledByDefault: false);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Off];

    protected override void Analyze(SyntaxNodeAnalysisContext context)
    {
        foreach (VariableDeclaratorSyntax name in Names((FieldDeclarationSyntax)context.Node))
            context.ReportDiagnostic(Diagnostic.Create(Off, name.Identifier.GetLocation()));
    }
}
