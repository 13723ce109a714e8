using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Reports fields whose name starts with a small letter; the additional locations are the fields of that type before it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public class ToyAnalyzer : DiagnosticAnalyzer
{
    public static readonly DiagnosticDescriptor Rule =
        new("TOY0001", "Small name", "The field '{0}' has a small name", "Toys", DiagnosticSeverity.Warning, isEnabledByDefault: true);

    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rule];

    protected virtual GeneratedCodeAnalysisFlags GeneratedCode => GeneratedCodeAnalysisFlags.None;

    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCode);
        context.RegisterSyntaxNodeAction(Analyze, SyntaxKind.FieldDeclaration);
    }

    protected virtual void Analyze(SyntaxNodeAnalysisContext context)
    {
        VariableDeclaratorSyntax[] names = [.. Names((FieldDeclarationSyntax)context.Node)];
        for (int index = 0; index < names.Length; index++)
            Report(context, names[index], names[..index]);
    }

    protected static IEnumerable<VariableDeclaratorSyntax> Names(FieldDeclarationSyntax field) =>
        field.Declaration.Variables.Where(variable => char.IsLower(variable.Identifier.Text.FirstOrDefault()));

    private static void Report(SyntaxNodeAnalysisContext context, VariableDeclaratorSyntax name, VariableDeclaratorSyntax[] before) =>
        context.ReportDiagnostic(Diagnostic.Create(
            Rule,
            name.Identifier.GetLocation(),
            before.Select(earlier => earlier.Identifier.GetLocation()),
            name.Identifier.Text));
}
