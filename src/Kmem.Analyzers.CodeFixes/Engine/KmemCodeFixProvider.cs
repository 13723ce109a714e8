using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>
/// What every fixer is made of: the rules it serves and its fixes, the safe one first, since command-line fixing takes the first.
/// One fix, and all of them in a document, project or solution, are the same code: <see cref="DocumentFixer"/>.
/// </summary>
public abstract class KmemCodeFixProvider : CodeFixProvider
{
    private static readonly FixAllProvider FixAll = FixAllProvider.Create(FixDocumentAsync);

    private readonly ImmutableArray<CodeFix> _fixes;

    private protected KmemCodeFixProvider(DiagnosticDescriptor rule, params CodeFix[] fixes)
    {
        FixableDiagnosticIds = ImmutableArray.Create(rule.Id);
        _fixes = fixes.ToImmutableArray();
    }

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => FixAll;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        if (await DocumentFixer.CreateAsync(context.Document, context.CancellationToken).ConfigureAwait(false) is not { } fixer)
            return;

        foreach (var diagnostic in context.Diagnostics.Where(diagnostic => FixableDiagnosticIds.Contains(diagnostic.Id)))
        {
            foreach (var fix in _fixes)
            {
                if (fixer.Plan(fix, diagnostic) is { } plan)
                    context.RegisterCodeFix(Action(context.Document, diagnostic, fix, plan.Title), diagnostic);
            }
        }
    }

    private static CodeAction Action(Document document, Diagnostic diagnostic, CodeFix fix, string title) => CodeAction.Create(
        title,
        cancellation => FixAsync(document, ImmutableArray.Create(fix), ImmutableArray.Create(diagnostic), cancellation),
        fix.EquivalenceKey);

    // dotnet format asks with the first report of the analyzer, whatever its rule, and without a key if that is none of this fixer's: it wants every report fixed.
    private static async Task<Document?> FixDocumentAsync(
        FixAllContext context, Document document, ImmutableArray<Diagnostic> diagnostics)
    {
        var fixes = ((KmemCodeFixProvider)context.CodeFixProvider)._fixes
            .RemoveAll(fix => context.CodeActionEquivalenceKey is { } key && fix.EquivalenceKey != key);
        return await FixAsync(document, fixes, diagnostics, context.CancellationToken).ConfigureAwait(false);
    }

    private static async Task<Document> FixAsync(
        Document document, ImmutableArray<CodeFix> fixes, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        var fixer = await DocumentFixer.CreateAsync(document, cancellation).ConfigureAwait(false);
        return fixer is null ? document : document.WithText(fixer.Apply(fixes, diagnostics));
    }
}
