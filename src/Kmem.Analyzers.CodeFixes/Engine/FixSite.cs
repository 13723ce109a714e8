using System.Globalization;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>A diagnostic in its document, with what the analysis said about it.</summary>
internal sealed class FixSite
{
    private readonly Diagnostic _diagnostic;

    public FixSite(
        SyntaxNode root, SemanticModel model, SourceText text,
        ContractTable contracts, Diagnostic diagnostic, DocumentEdits accepted, CancellationToken cancellation)
    {
        Root = root;
        Model = model;
        Text = text;
        Contracts = contracts;
        Accepted = accepted;
        Cancellation = cancellation;
        _diagnostic = diagnostic;
    }

    public SyntaxNode Root { get; }

    public SemanticModel Model { get; }

    public SourceText Text { get; }

    public ContractTable Contracts { get; }

    /// <summary>What fix-all has decided for the document so far.</summary>
    public DocumentEdits Accepted { get; }

    public CancellationToken Cancellation { get; }

    public TextSpan Span => _diagnostic.Location.SourceSpan;

    /// <summary>The innermost node that the report covers.</summary>
    public SyntaxNode Node => Root.FindNode(Span, getInnermostNodeForTie: true);

    /// <summary>A decision of the analysis (<see cref="DiagnosticProperties"/>); null where it made none.</summary>
    public string? Decision(string property) =>
        _diagnostic.Properties.TryGetValue(property, out var value) && !string.IsNullOrEmpty(value) ? value : null;

    /// <summary>The node at a place written as <c>start,length</c>; null where there is none.</summary>
    public SyntaxNode? NodeAt(string property)
    {
        var parts = Decision(property)?.Split(',');
        return parts is { Length: 2 }
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var start)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var length)
            && start + length <= Root.FullSpan.End
            ? Root.FindNode(new TextSpan(start, length), getInnermostNodeForTie: true)
            : null;
    }
}
