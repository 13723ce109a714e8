using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Recognises <c>if (p == null) ...</c> in its usual spellings.</summary>
internal static class NullTest
{
    /// <summary>What the condition tests for failure; null for other conditions.</summary>
    public static ExpressionSyntax? Tested(ExpressionSyntax condition) => Values.Bare(condition) switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } test when IsNothing(test.Right) => Values.Bare(test.Left),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } test when IsNothing(test.Left) => Values.Bare(test.Right),
        IsPatternExpressionSyntax { Pattern: ConstantPatternSyntax constant } test when IsNothing(constant.Expression) => Values.Bare(test.Expression),
        _ => null,
    };

    /// <summary>True for <c>place != null</c>: only what is there passes.</summary>
    public static bool IsPassedBy(ExpressionSyntax condition, string place) => Values.Bare(condition) switch
    {
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.NotEqualsExpression } test =>
            (IsNothing(test.Right) && Values.Text(test.Left) == place) || (IsNothing(test.Left) && Values.Text(test.Right) == place),
        IsPatternExpressionSyntax { Pattern: UnaryPatternSyntax { Pattern: ConstantPatternSyntax constant } } test => IsNothing(constant.Expression) && Values.Text(test.Expression) == place,
        _ => false,
    };

    /// <summary>Null, zero, -1 or default: what a failed allocation compares equal to.</summary>
    public static bool IsNothing(ExpressionSyntax expression) => Values.Bare(expression) switch
    {
        LiteralExpressionSyntax literal => literal.Kind() is SyntaxKind.NullLiteralExpression or SyntaxKind.DefaultLiteralExpression
            || literal.Token.ValueText == "0",
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.UnaryMinusExpression } minus => minus.Operand is LiteralExpressionSyntax,
        MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Zero" } => true,
        DefaultExpressionSyntax => true,
        _ => false,
    };
}
