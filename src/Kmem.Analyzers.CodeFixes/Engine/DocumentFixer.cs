using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>Mends diagnostics of one document, one or many, by a single set of edits.</summary>
internal sealed class DocumentFixer
{
    private readonly SyntaxNode _root;
    private readonly SemanticModel _model;
    private readonly SourceText _text;
    private readonly ContractTable _contracts;
    private readonly CancellationToken _cancellation;

    private DocumentFixer(SyntaxNode root, SemanticModel model, SourceText text, ContractTable contracts, CancellationToken cancellation)
    {
        _root = root;
        _model = model;
        _text = text;
        _contracts = contracts;
        _cancellation = cancellation;
    }

    /// <summary>Null for a document that has no syntax or no meaning.</summary>
    public static async Task<DocumentFixer?> CreateAsync(Document document, CancellationToken cancellation)
    {
        var root = await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false);
        var model = await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false);
        if (root is null || model is null)
            return null;

        var text = await document.GetTextAsync(cancellation).ConfigureAwait(false);
        return new DocumentFixer(root, model, text, SiteContracts.Of(document.Project, cancellation), cancellation);
    }

    public FixPlan? Plan(CodeFix fix, Diagnostic diagnostic) => Plan(fix, diagnostic, new DocumentEdits());

    /// <summary>Mends each diagnostic by the first of the fixes that has a plan for it.</summary>
    public SourceText Apply(ImmutableArray<CodeFix> fixes, ImmutableArray<Diagnostic> diagnostics)
    {
        var edits = new DocumentEdits();
        foreach (var diagnostic in InOrder(diagnostics))
        {
            if (fixes.Select(fix => Plan(fix, diagnostic, edits)).FirstOrDefault(plan => plan is not null) is { } plan)
                edits.Accept(plan);
        }

        return edits.ApplyTo(_text);
    }

    // By where they end: source order, and the inner one first where spans nest.
    private static IEnumerable<Diagnostic> InOrder(ImmutableArray<Diagnostic> diagnostics) => diagnostics
        .Distinct()
        .OrderBy(diagnostic => diagnostic.Location.SourceSpan.End)
        .ThenByDescending(diagnostic => diagnostic.Location.SourceSpan.Start);

    private FixPlan? Plan(CodeFix fix, Diagnostic diagnostic, DocumentEdits accepted)
    {
        _cancellation.ThrowIfCancellationRequested();
        return _root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            ? fix.Plan(new FixSite(_root, _model, _text, _contracts, diagnostic, accepted, _cancellation))
            : null;
    }
}
