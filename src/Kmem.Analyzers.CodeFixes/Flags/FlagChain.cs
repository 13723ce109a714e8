using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Flags;

/// <summary>The operands of <c>a | b | c</c>, with the signs between them; a single expression is a chain of one.</summary>
internal sealed class FlagChain
{
    private readonly List<ExpressionSyntax> _operands = new();
    private readonly List<SyntaxToken> _signs = new();

    private FlagChain()
    {
    }

    public IReadOnlyList<ExpressionSyntax> Operands => _operands;

    public static FlagChain Of(ExpressionSyntax expression)
    {
        var chain = new FlagChain();
        chain.Add(expression);
        return chain;
    }

    /// <summary>
    /// What to delete for an operand to go, where at least one stays: itself and a sign, the one in front, or the one behind
    /// if none in front stays.
    /// </summary>
    public IEnumerable<TextSpan> SpansToDrop(ExpressionSyntax operand, IReadOnlyCollection<ExpressionSyntax> dropped)
    {
        var index = _operands.IndexOf(operand);
        return _operands.Take(index).Any(other => !dropped.Contains(other))
            ? [TextSpan.FromBounds(EndInFront(_signs[index - 1]), _signs[index - 1].Span.End), TextSpan.FromBounds(EndInFront(operand.GetFirstToken()), operand.Span.End)]
            : [TextSpan.FromBounds(operand.SpanStart, StartBehind(operand.GetLastToken())), TextSpan.FromBounds(_signs[index].SpanStart, StartBehind(_signs[index]))];
    }

    private void Add(ExpressionSyntax expression)
    {
        if (expression is BinaryExpressionSyntax { RawKind: (int)SyntaxKind.BitwiseOrExpression } or)
        {
            Add(or.Left);
            _signs.Add(or.OperatorToken);
            Add(or.Right);
        }
        else
        {
            _operands.Add(expression);
        }
    }

    // Blanks go along; comments and directives stay.
    private static int EndInFront(SyntaxToken token)
    {
        var before = token.GetPreviousToken();
        return IsBlank(before.TrailingTrivia) && IsBlank(token.LeadingTrivia) ? before.Span.End : token.SpanStart;
    }

    private static int StartBehind(SyntaxToken token)
    {
        var next = token.GetNextToken();
        return IsBlank(token.TrailingTrivia) && IsBlank(next.LeadingTrivia) ? next.SpanStart : token.Span.End;
    }

    private static bool IsBlank(SyntaxTriviaList list) =>
        list.All(trivia => trivia.Kind() is SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia);
}
