using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Lifetime;

/// <summary>A release that one round of a loop comes to and the others do not: <c>if (i == last) kfree(p);</c>.</summary>
internal static class OneRound
{
    /// <summary>Only another round could come from the release to a use, and it would have to be the round that releases.</summary>
    public static bool Parts(SyntaxNode release, SyntaxNode use) =>
        use.SpanStart < release.Span.End
        && release.Ancestors().FirstOrDefault(node => IsLoop(node) && node.Span.Contains(use.Span)) is { } loop
        && release.Ancestors().TakeWhile(node => node != loop).OfType<IfStatementSyntax>()
            .Any(check => check.Statement.Span.Contains(release.Span) && PicksRound(check.Condition, loop));

    private static bool IsLoop(SyntaxNode node) => node is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax;

    private static bool PicksRound(ExpressionSyntax condition, SyntaxNode loop) => condition switch
    {
        ParenthesizedExpressionSyntax parenthesized => PicksRound(parenthesized.Expression, loop),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.LogicalAndExpression } both => PicksRound(both.Left, loop) || PicksRound(both.Right, loop),
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.EqualsExpression } equality => Counts(equality.Left, loop) || Counts(equality.Right, loop),
        _ => false,
    };

    // What is compared is another number in each round.
    private static bool Counts(ExpressionSyntax compared, SyntaxNode loop) => compared.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>()
        .Any(name => loop is ForEachStatementSyntax each && each.Identifier.ValueText == name.Identifier.ValueText
            || loop.DescendantNodes().Any(node => IsStepOf(name.Identifier.ValueText, node)));

    private static bool IsStepOf(string variable, SyntaxNode node) => node switch
    {
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PostIncrementExpression or (int)SyntaxKind.PostDecrementExpression, Operand: IdentifierNameSyntax name } => name.Identifier.ValueText == variable,
        PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression, Operand: IdentifierNameSyntax name } => name.Identifier.ValueText == variable,
        AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression or (int)SyntaxKind.SubtractAssignmentExpression, Left: IdentifierNameSyntax name } => name.Identifier.ValueText == variable,
        _ => false,
    };
}
