using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>The plans accepted for one document. A plan that would write over another one's edits is left for the next run.</summary>
internal sealed class DocumentEdits
{
    private readonly List<TextChange> _changes = new();
    private readonly HashSet<StatementSyntax> _moved = new();

    public bool HasMoved(StatementSyntax statement) => _moved.Contains(statement);

    public void Accept(FixPlan plan)
    {
        // The same change twice is one change: two allocations may rename the release they share.
        var added = plan.Changes.Where(change => !_changes.Contains(change)).ToList();
        if (added.Exists(change => _changes.Exists(other => Collide(change.Span, other.Span))))
            return;

        _changes.AddRange(added);
        _moved.UnionWith(plan.Moved);
    }

    public SourceText ApplyTo(SourceText text) => text.WithChanges(_changes.OrderBy(change => change.Span.Start).ThenBy(change => change.Span.Length > 0));

    /// <summary>How often accepted plans insert exactly this text within a span.</summary>
    public int CountInserted(string text, TextSpan span) =>
        _changes.Count(change => change.Span.IsEmpty && span.Start <= change.Span.Start && change.Span.Start <= span.End && change.NewText == text);

    /// <summary>True if an accepted plan writes a word, or a longer one with it, within a span.</summary>
    public bool Writes(string word, TextSpan span) => _changes.Exists(change => span.Contains(change.Span) && change.NewText!.Contains(word));

    // Text inserted at either end of a replaced span does not collide with it.
    private static bool Collide(TextSpan one, TextSpan other) =>
        one.Start < other.End && other.Start < one.End;
}
