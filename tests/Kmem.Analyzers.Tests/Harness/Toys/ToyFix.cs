using System.Collections.Immutable;
using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Tests.Harness;

/// <summary>Renames a field to capital letters (first action) or to one that starts with a capital (second action); only the declaration.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
public class ToyFix : CodeFixProvider
{
    public override ImmutableArray<string> FixableDiagnosticIds => [ToyAnalyzer.Rule.Id];

    public override FixAllProvider? GetFixAllProvider() => FixAllProvider.Create(async (context, document, diagnostics) =>
    {
        Func<string, string> rename = context.CodeActionEquivalenceKey == "upper" ? Upper : Capital;
        return await RenameAsync(document, diagnostics, rename, context.CancellationToken);
    });

    public override Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        Register(context, "upper", Upper);
        Register(context, "capital", Capital);
        return Task.CompletedTask;
    }

    protected virtual SyntaxToken NewName(string name) => SyntaxFactory.Identifier(name);

    protected async Task<Document> RenameAsync(
        Document document,
        IEnumerable<Diagnostic> diagnostics,
        Func<string, string> rename,
        CancellationToken cancellationToken)
    {
        SyntaxNode root = (await document.GetSyntaxRootAsync(cancellationToken))!;
        SyntaxToken[] names = [.. diagnostics.Select(diagnostic => root.FindToken(diagnostic.Location.SourceSpan.Start))];
        return document.WithSyntaxRoot(root.ReplaceTokens(names, (name, _) => NewName(rename(name.Text)).WithTriviaFrom(name)));
    }

    private static string Upper(string name) => name.ToUpperInvariant();

    private static string Capital(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    private void Register(CodeFixContext context, string key, Func<string, string> rename) =>
        context.RegisterCodeFix(
            CodeAction.Create($"Make it {key}", token => RenameAsync(context.Document, context.Diagnostics, rename, token), key),
            context.Diagnostics);
}
