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
            .Any(node => (Limited(node) is { } limited && names.Exists(name => Mentions(limited, name))) || (CutVariable(node) is { } variable && names.Contains(variable)));
    }

    // To be above zero says nothing.
    private static SyntaxNode? Limited(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax comparison when IsOrder(comparison) && !IsNearZero(comparison.Left) && !IsNearZero(comparison.Right) => comparison,
        IsPatternExpressionSyntax { Pattern: not ConstantPatternSyntax } pattern => pattern.Expression,
        SwitchStatementSyntax choice => choice.Expression,
        SwitchExpressionSyntax choice => choice.GoverningExpression,
        AssignmentExpressionSyntax assignment when IsCut(assignment.Right) || IsMask(assignment) => assignment.Left,
        InvocationExpressionSyntax { Parent: IfStatementSyntax or PrefixUnaryExpressionSyntax or BinaryExpressionSyntax } question => question.ArgumentList,
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: var name } } guard
            when name.StartsWith("ThrowIfGreater", StringComparison.Ordinal) => guard.ArgumentList,
        _ => null,
    };

    private static string? CutVariable(SyntaxNode node) =>
        node is VariableDeclaratorSyntax { Initializer.Value: var value } variable && IsCut(value) ? variable.Identifier.ValueText : null;

    // `Math.Min(n, 64)`, `n & 0xff` and `n % 16` are as large as that at most.
    private static bool IsCut(ExpressionSyntax expression) => expression switch
    {
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Min" or "Clamp" } } => true,
        BinaryExpressionSyntax binary => binary.Kind() is SyntaxKind.BitwiseAndExpression or SyntaxKind.ModuloExpression,
        ParenthesizedExpressionSyntax inner => IsCut(inner.Expression),
        CastExpressionSyntax cast => IsCut(cast.Expression),
        _ => false,
    };

    private static bool IsMask(AssignmentExpressionSyntax assignment) =>
        assignment.Kind() is SyntaxKind.AndAssignmentExpression or SyntaxKind.ModuloAssignmentExpression;

    private static bool IsOrder(BinaryExpressionSyntax comparison) => comparison.Kind() is SyntaxKind.LessThanExpression
        or SyntaxKind.LessThanOrEqualExpression or SyntaxKind.GreaterThanExpression or SyntaxKind.GreaterThanOrEqualExpression;

    private static bool IsNearZero(ExpressionSyntax expression) => expression is LiteralExpressionSyntax { Token.Value: 0 or 1 or 0u or 1u };

    private static bool Mentions(SyntaxNode node, string name) =>
        node.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>().Any(each => each.Identifier.ValueText == name);
}
