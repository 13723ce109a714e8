using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Supports a second rule, of which it never speaks.</summary>
internal sealed class TwoRulesAnalyzer : ToyAnalyzer
{
    private static readonly DiagnosticDescriptor Second =
        new("TOY0002", "Silent", "Silent", "Toys", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule, Second];
}
