using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>What would be lost with the blanks between tokens.</summary>
internal static class Comments
{
    /// <summary>The comments of a piece of text that is replaced, each behind a blank; null where they cannot stand within a line.</summary>
    public static string? Of(SyntaxNode root, TextSpan span)
    {
        var kept = "";
        foreach (var trivia in root.DescendantTrivia(span).Where(trivia => span.Contains(trivia.Span)))
        {
            if (trivia.IsKind(SyntaxKind.MultiLineCommentTrivia))
                kept += " " + trivia;
            else if (trivia.IsKind(SyntaxKind.SingleLineCommentTrivia) || trivia.IsDirective)
                return null;
        }

        return kept;
    }

    public static bool Any(SyntaxNode root, TextSpan span) => root.DescendantTrivia(span, descendIntoTrivia: false).Any(trivia =>
        span.Contains(trivia.Span) && !trivia.Span.IsEmpty && trivia.Kind() is not (SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia));
}
