using System;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Flow;

/// <summary>Whether something in front of an expression may have limited how large it is: any comparison of what it is made of.</summary>
internal static class ComparedBefore
{
    public static bool IsLimited(SyntaxNode expression)
    {
        var names = expression.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Select(name => name.Identifier.ValueText).ToList();
        var member = expression.FirstAncestorOrSelf<MemberDeclarationSyntax>();
        return member is not null && names.Count > 0 && member.DescendantNodes()
            .TakeWhile(node => node.SpanStart < expression.SpanStart)
            .Any(node => Limited(node) is { } limited && names.Exists(name => Mentions(limited, name)));
    }

    // To be above zero says nothing.
    private static SyntaxNode? Limited(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax comparison when IsOrder(comparison) && !IsNearZero(comparison.Left) && !IsNearZero(comparison.Right) => comparison,
        IsPatternExpressionSyntax { Pattern: not ConstantPatternSyntax } pattern => pattern.Expression,
        SwitchStatementSyntax choice => choice.Expression,
        SwitchExpressionSyntax choice => choice.GoverningExpression,
        InvocationExpressionSyntax { Parent: IfStatementSyntax or PrefixUnaryExpressionSyntax or BinaryExpressionSyntax } question => question.ArgumentList,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } guard
            when name.StartsWith("ThrowIfGreater", StringComparison.Ordinal) => guard.ArgumentList,
        _ => null,
    };

    private static bool IsOrder(BinaryExpressionSyntax comparison) => comparison.Kind() is SyntaxKind.LessThanExpression
        or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression;

    private static bool IsNearZero(ExpressionSyntax expression) => expression is LiteralExpressionSyntax { Token.Value: 0 or 1 or 0u or 1u };

    private static bool Mentions(SyntaxNode node, string name) =>
        node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(each => each.Identifier.ValueText == name);
}
