using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Writes a statement in front of another, or at the end of a block, in the document's line ends and indentation.</summary>
internal sealed class FrontWriter
{
    private readonly SourceText _text;
    private readonly string _newLine;

    public FrontWriter(SourceText text)
    {
        _text = text;
        _newLine = Layout.NewLine(text);
    }

    /// <summary>Statements in front of another; one that stands alone, as in <c>if (x) return;</c>, gets braces.</summary>
    public void InFrontOf(StatementSyntax statement, IReadOnlyList<string> added, FixPlan plan)
    {
        if (Statements.Siblings(statement).Count > 0 || statement.Parent is LabeledStatementSyntax)
            Insert(statement.SpanStart, added, plan);
        else
            InBraces(statement, added, plan);
    }

    /// <summary>A statement in front of another, and one behind it; one that stands alone gets braces.</summary>
    public void Around(StatementSyntax statement, string front, string behind, FixPlan plan)
    {
        var isAlone = Statements.Siblings(statement).Count == 0;
        if (Layout.StartsLine(_text, statement.SpanStart) && Layout.LineEndBehind(statement.GetLastToken()) is { } end)
            plan.Insert(end, _newLine + Layout.Indent(_text, statement.SpanStart) + behind);
        else if (isAlone)
            plan.Insert(EndOf(statement), _newLine + InnerIndent(statement) + behind);
        else
            plan.Insert(statement.Span.End, " " + behind);
        InFrontOf(statement, [front], plan);
    }

    /// <summary>As the last statement of a block.</summary>
    public void AtEndOf(BlockSyntax block, string added, FixPlan plan)
    {
        var brace = block.CloseBraceToken.SpanStart;
        if (Layout.StartsLine(_text, brace))
            plan.Insert(_text.Lines.GetLineFromPosition(brace).Start, Layout.Indent(_text, brace) + Step(block) + added + _newLine);
        else
            plan.Insert(brace, added + " ");
    }

    // Each by itself: another plan may write one of them there too.
    private void Insert(int position, IReadOnlyList<string> added, FixPlan plan)
    {
        foreach (var each in added)
            plan.Insert(position, Layout.StartsLine(_text, position) ? each + _newLine + Layout.Indent(_text, position) : each + " ");
    }

    private void InBraces(StatementSyntax statement, IReadOnlyList<string> added, FixPlan plan)
    {
        var outer = Layout.Indent(_text, statement.Parent!.SpanStart);
        var inner = InnerIndent(statement);
        if (Layout.StartsLine(_text, statement.SpanStart))
        {
            plan.Insert(_text.Lines.GetLineFromPosition(statement.SpanStart).Start, outer + "{" + _newLine);
            Insert(statement.SpanStart, added, plan);
        }
        else
        {
            var before = statement.GetFirstToken().GetPreviousToken().Span.End;
            plan.Replace(TextSpan.FromBounds(before, statement.SpanStart), _newLine + outer + "{" + _newLine + inner);
            foreach (var each in added)
                plan.Insert(statement.SpanStart, each + _newLine + inner);
        }

        plan.Insert(EndOf(statement), _newLine + outer + "}");
    }

    private static int EndOf(StatementSyntax statement) => Layout.LineEndBehind(statement.GetLastToken()) ?? statement.Span.End;

    private string InnerIndent(StatementSyntax statement) => Layout.Indent(_text, statement.Parent!.SpanStart) + Layout.Step(_text, statement);

    private string Step(BlockSyntax block) =>
        block.Statements.Count > 0 ? Layout.Step(_text, block.Statements[0]) : Layout.Step(_text, block);
}
