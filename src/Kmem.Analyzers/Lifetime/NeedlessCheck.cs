using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Recognises <c>if (p != null) release(p);</c>, with nothing else in it.</summary>
internal static class NeedlessCheck
{
    /// <summary>From <c>if</c> to the closing parenthesis; null where the release stands otherwise.</summary>
    public static TextSpan? Of(SyntaxNode release, SyntaxNode argument)
    {
        if (release.Parent is not ExpressionStatementSyntax statement)
            return null;

        StatementSyntax body = statement.Parent is BlockSyntax { Statements.Count: 1 } block ? block : statement;
        return body.Parent is IfStatementSyntax { Else: null } check && check.Statement == body
            && Tested(check.Condition) is { } tested && IsPlain(tested) && tested.ToString() == Bare(argument).ToString()
                ? TextSpan.FromBounds(check.IfKeyword.SpanStart, check.CloseParenToken.Span.End)
                : null;
    }

    private static SyntaxNode? Tested(ExpressionSyntax condition) => condition switch
    {
        ParenthesizedExpressionSyntax inner => Tested(inner.Expression),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } test when IsNothing(test.Right) => Bare(test.Left),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } test when IsNothing(test.Left) => Bare(test.Right),
        IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax { Pattern: ConstantPatternSyntax constant } } test when IsNothing(constant.Expression) => Bare(test.Expression),
        _ => null,
    };

    /// <summary>Null, zero, or <c>IntPtr.Zero</c>.</summary>
    public static bool IsNothing(ExpressionSyntax expression) => expression switch
    {
        LiteralExpressionSyntax literal => literal.Kind() is SyntaxKind.NullLiteralExpression or SyntaxKind.DefaultLiteralExpression || literal.Token.ValueText == "0",
        DefaultExpressionSyntax => true,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Zero", Expression: IdentifierNameSyntax or PredefinedTypeSyntax } => true,
        _ => false,
    };

    // Reading it twice or once is the same.
    private static bool IsPlain(SyntaxNode place) => place.DescendantNodesAndSelf().All(node =>
        node is IdentifierNameSyntax or MemberAccessExpressionSyntax or ThisExpressionSyntax);

    private static SyntaxNode Bare(SyntaxNode expression) => expression switch
    {
        CastExpressionSyntax cast => Bare(cast.Expression),
        ParenthesizedExpressionSyntax inner => Bare(inner.Expression),
        _ => expression,
    };
}
