using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>Writes a check behind a statement, in the document's line ends and indentation.</summary>
internal sealed class CheckWriter
{
    private readonly SourceText _text;
    private readonly StatementSyntax _statement;
    private readonly string _newLine;
    private readonly string _step;

    public CheckWriter(SourceText text, StatementSyntax statement)
    {
        _text = text;
        _statement = statement;
        _newLine = Layout.NewLine(text);
        _step = Layout.Step(text, statement);
    }

    /// <param name="behind">A statement to follow the check.</param>
    public void Write(FixPlan plan, string condition, ErrorExit exit, string? behind = null)
    {
        var first = First();
        var isInList = Statements.Siblings(first).Count > 0;
        var outer = Layout.Indent(_text, isInList ? InList(first) : first.Parent!.SpanStart);
        var indent = isInList ? outer : outer + _step;

        if (!isInList)
            OpenBlock(plan, first, outer);
        var check = Lines(indent, condition, exit) + (behind is null ? "" : _newLine + indent + behind) + (isInList ? "" : _newLine + outer + "}");
        if (Layout.LineEndBehind(_statement.GetLastToken()) is { } lineEnd)
            plan.Insert(lineEnd, check);
        else
            plan.Replace(BlanksBehind(), check + _newLine + outer);
    }

    // Labels may stand further left.
    private int InList(StatementSyntax first) => Layout.StartsLine(_text, _statement.SpanStart) ? _statement.SpanStart : first.SpanStart;

    // With its labels, a statement stands where they do.
    private StatementSyntax First()
    {
        var first = _statement;
        while (first.Parent is LabeledStatementSyntax label)
            first = label;
        return first;
    }

    private string Lines(string indent, string condition, ErrorExit exit)
    {
        var lines = exit.Statements.Select(statement => indent + _step + statement).ToList();
        if (lines.Count > 1 || exit.WantsBraces)
        {
            lines.Insert(0, indent + "{");
            lines.Add(indent + "}");
        }

        return string.Concat(lines.Prepend(indent + "if (" + condition + ")").Select(line => _newLine + line));
    }

    private void OpenBlock(FixPlan plan, StatementSyntax embedded, string outer)
    {
        var brace = outer + "{" + _newLine;
        if (Layout.StartsLine(_text, embedded.SpanStart))
        {
            plan.Insert(_text.Lines.GetLineFromPosition(embedded.SpanStart).Start, brace);
            return;
        }

        var before = embedded.GetFirstToken().GetPreviousToken();
        var from = before.TrailingTrivia.Span.Length == 0 || string.IsNullOrWhiteSpace(before.TrailingTrivia.ToFullString()) ? before.Span.End : embedded.SpanStart;
        plan.Replace(TextSpan.FromBounds(from, embedded.SpanStart), _newLine + brace + outer + _step);
    }

    private TextSpan BlanksBehind()
    {
        var end = _statement.Span.End;
        var next = end;
        while (next < _text.Length && _text[next] is ' ' or '\t')
            next++;
        return TextSpan.FromBounds(end, next);
    }
}
