using System.Globalization;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>A diagnostic in its document, with what the analysis said about it.</summary>
internal sealed class FixSite
{
    private readonly FixDocument _document;
    private readonly Diagnostic _diagnostic;

    public FixSite(FixDocument document, Diagnostic diagnostic, DocumentEdits accepted)
    {
        _document = document;
        _diagnostic = diagnostic;
        Accepted = accepted;
    }

    public SyntaxNode Root => _document.Root;

    public SemanticModel Model => _document.Model;

    public SourceText Text => _document.Text;

    public ContractTable Contracts => _document.Contracts;

    public AnalyzerConfigOptions Options => _document.Options;

    public CancellationToken Cancellation => _document.Cancellation;

    /// <summary>What fix-all has decided for the document so far.</summary>
    public DocumentEdits Accepted { get; }

    public TextSpan Span => _diagnostic.Location.SourceSpan;

    /// <summary>The innermost node that the report covers.</summary>
    public SyntaxNode Node => Root.FindNode(Span, getInnermostNodeForTie: true);

    /// <summary>True if the called method's contract says that it allocates what it returns.</summary>
    public bool Allocates(InvocationExpressionSyntax call) =>
        Model.GetSymbolInfo(call, Cancellation).Symbol is IMethodSymbol method && Contracts.Get(method).Allocates is not null;

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
            && (long)start + length <= Root.FullSpan.End
            ? Root.FindNode(new TextSpan(start, length), getInnermostNodeForTie: true)
            : null;
    }
}
