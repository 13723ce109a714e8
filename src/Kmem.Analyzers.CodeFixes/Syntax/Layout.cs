using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Line ends and indentation, as the document itself has them.</summary>
internal static class Layout
{
    private const string DefaultStep = "    ";

    public static string NewLine(SourceText text)
    {
        var first = text.Lines[0];
        return first.End == first.EndIncludingLineBreak ? "\n" : text.ToString(TextSpan.FromBounds(first.End, first.EndIncludingLineBreak));
    }

    /// <summary>The blanks in front of the line that a position is in.</summary>
    public static string Indent(SourceText text, int position)
    {
        var line = text.ToString(text.Lines.GetLineFromPosition(position).Span);
        return line.Substring(0, line.Length - line.TrimStart().Length);
    }

    /// <summary>One step of indentation, told from a statement and the block around it.</summary>
    public static string Step(SourceText text, StatementSyntax statement)
    {
        foreach (var block in statement.Ancestors().OfType<BlockSyntax>())
        {
            var inside = block.Statements.FirstOrDefault(first => StartsLine(text, first.SpanStart));
            if (inside is null)
                continue;

            var outer = Indent(text, block.SpanStart);
            var inner = Indent(text, inside.SpanStart);
            if (inner.Length > outer.Length && inner.StartsWith(outer, StringComparison.Ordinal))
                return inner.Substring(outer.Length);
        }

        return Indent(text, statement.SpanStart).StartsWith("\t", StringComparison.Ordinal) ? "\t" : DefaultStep;
    }

    /// <summary>True if nothing but blanks stands in front of the position in its line.</summary>
    public static bool StartsLine(SourceText text, int position)
    {
        var line = text.Lines.GetLineFromPosition(position);
        return string.IsNullOrWhiteSpace(text.ToString(TextSpan.FromBounds(line.Start, position)));
    }

    /// <summary>Where the line ends that a token ends in, behind its comments; null if more code stands in that line.</summary>
    public static int? LineEndBehind(SyntaxToken token)
    {
        foreach (var trivia in token.TrailingTrivia)
        {
            if (trivia.IsKind(SyntaxKind.EndOfLineTrivia))
                return trivia.SpanStart;
        }

        return token.GetNextToken(includeZeroWidth: true) is { RawKind: not 0 } next && !next.IsKind(SyntaxKind.EndOfFileToken) ? null : token.FullSpan.End;
    }

    public static bool IsBlankLine(SourceText text, int line) =>
        line >= 0 && line < text.Lines.Count && string.IsNullOrWhiteSpace(text.ToString(text.Lines[line].Span));
}
