using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Which preprocessor lines stand in a piece of text.</summary>
internal static class Directives
{
    public static bool Any(SyntaxNode root, TextSpan span) => In(root, span).Any();

    /// <summary>True if both ends of the span are under the same <c>#if</c> branches.</summary>
    public static bool AreBalanced(SyntaxNode root, TextSpan span)
    {
        var depth = 0;
        foreach (var directive in In(root, span))
        {
            switch (directive.Kind())
            {
                case SyntaxKind.IfDirectiveTrivia:
                    depth++;
                    break;
                case SyntaxKind.ElifDirectiveTrivia or SyntaxKind.ElseDirectiveTrivia when depth == 0:
                    return false;
                case SyntaxKind.EndIfDirectiveTrivia when --depth < 0:
                    return false;
            }
        }

        return depth == 0;
    }

    private static IEnumerable<SyntaxTrivia> In(SyntaxNode root, TextSpan span) =>
        root.DescendantTrivia(span).Where(trivia => trivia.IsDirective && span.Contains(trivia.SpanStart));
}
