using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>
/// A statement with what belongs to it: its lines, the comment right above them and the one behind. A statement that shares
/// its line with others has only itself.
/// </summary>
internal static class StatementExtent
{
    /// <summary>Whole lines where the statement has its lines for itself.</summary>
    public static TextSpan Of(SourceText text, StatementSyntax statement)
    {
        var end = Layout.LineEndBehind(statement.GetLastToken());
        return end is null || !Layout.StartsLine(text, statement.SpanStart)
            ? statement.Span
            : TextSpan.FromBounds(StartWithComments(text, statement), text.Lines.GetLineFromPosition(end.Value).EndIncludingLineBreak);
    }

    public static bool IsWholeLines(SourceText text, TextSpan extent) =>
        text.Lines.GetLineFromPosition(extent.Start).Start == extent.Start && extent.Start < extent.End
        && text.Lines.GetLineFromPosition(extent.End - 1).EndIncludingLineBreak == extent.End;

    /// <summary>What to delete when the extent goes: with one of two blank lines that would meet, or the blanks in front.</summary>
    public static TextSpan ToDelete(SourceText text, TextSpan extent)
    {
        if (!IsWholeLines(text, extent))
        {
            var start = extent.Start;
            while (start > 0 && text[start - 1] is ' ' or '\t')
                start--;
            return TextSpan.FromBounds(start, extent.End);
        }

        var above = text.Lines.GetLineFromPosition(extent.Start).LineNumber - 1;
        var below = text.Lines.GetLineFromPosition(extent.End).LineNumber;
        return Layout.IsBlankLine(text, above) && (Layout.IsBlankLine(text, below) || Closes(text, below))
            ? TextSpan.FromBounds(text.Lines[above].Start, extent.End)
            : extent;
    }

    private static int StartWithComments(SourceText text, StatementSyntax statement)
    {
        var start = text.Lines.GetLineFromPosition(statement.SpanStart).Start;
        foreach (var trivia in statement.GetLeadingTrivia().Reverse().SkipWhile(trivia => trivia.IsKind(SyntaxKind.WhitespaceTrivia)))
        {
            var line = text.Lines.GetLineFromPosition(trivia.SpanStart);
            if (trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia && Layout.StartsLine(text, trivia.SpanStart))
                start = line.Start;
            else if (trivia.IsKind(SyntaxKind.EndOfLineTrivia) ? Layout.IsBlankLine(text, line.LineNumber) : !trivia.IsKind(SyntaxKind.WhitespaceTrivia))
                break;
        }

        return start;
    }

    private static bool Closes(SourceText text, int line) =>
        line < text.Lines.Count && text.ToString(text.Lines[line].Span).TrimStart().StartsWith("}", StringComparison.Ordinal);
}
