using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>
/// The edits that mend one diagnostic, as changes of the document's text: what is not named in a change,
/// comments and directives among it, stays as it is. Accepted whole or not at all.
/// </summary>
internal sealed class FixPlan
{
    private readonly List<TextChange> _changes = new();
    private readonly List<StatementSyntax> _moved = new();

    public FixPlan(string title) => Title = title;

    public string Title { get; }

    public IReadOnlyList<TextChange> Changes => _changes;

    /// <summary>Statements that this plan moves elsewhere: later plans need not step over them.</summary>
    public IReadOnlyList<StatementSyntax> Moved => _moved;

    public void Replace(TextSpan span, string text) => _changes.Add(new TextChange(span, text));

    public void Insert(int position, string text) => Replace(new TextSpan(position, 0), text);

    public void Delete(TextSpan span) => Replace(span, "");

    public void NoteMoved(StatementSyntax statement) => _moved.Add(statement);
}
