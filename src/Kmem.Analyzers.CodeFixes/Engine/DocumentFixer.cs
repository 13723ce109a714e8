using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>Mends diagnostics of one document, one or many, by a single set of edits.</summary>
internal sealed class DocumentFixer
{
    private readonly FixDocument _document;

    private DocumentFixer(FixDocument document) => _document = document;

    /// <summary>Null for a document that has no syntax or no meaning.</summary>
    public static async Task<DocumentFixer?> CreateAsync(Document document, CancellationToken cancellation) =>
        await FixDocument.ReadAsync(document, cancellation).ConfigureAwait(false) is { } read ? new DocumentFixer(read) : null;

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

        return edits.ApplyTo(_document.Text);
    }

    // By where they end: source order, and the inner one first where spans nest.
    private static IEnumerable<Diagnostic> InOrder(ImmutableArray<Diagnostic> diagnostics) => diagnostics
        .Distinct()
        .OrderBy(diagnostic => diagnostic.Location.SourceSpan.End)
        .ThenByDescending(diagnostic => diagnostic.Location.SourceSpan.Start);

    private FixPlan? Plan(CodeFix fix, Diagnostic diagnostic, DocumentEdits accepted)
    {
        _document.Cancellation.ThrowIfCancellationRequested();
        return _document.Root.FullSpan.Contains(diagnostic.Location.SourceSpan)
            ? fix.Plan(new FixSite(_document, diagnostic, accepted))
            : null;
    }
}
