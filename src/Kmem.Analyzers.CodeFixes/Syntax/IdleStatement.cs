using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>What goes when a statement goes.</summary>
internal static class IdleStatement
{
    /// <summary>The statement, or the condition that stands there for it alone; null where neither can go.</summary>
    public static StatementSyntax? Without(StatementSyntax statement)
    {
        if (Statements.Siblings(statement).Count > 0 && statement.Parent is not BlockSyntax { Statements.Count: 1, Parent: IfStatementSyntax })
            return statement;

        var owner = statement.Parent is BlockSyntax block ? block.Parent : statement.Parent;
        return owner is IfStatementSyntax { Else: null } choice && Statements.Siblings(choice).Count > 0 && OnlyLooks(choice.Condition) ? choice : null;
    }

    private static bool OnlyLooks(ExpressionSyntax condition) => condition.DescendantNodesAndSelf().All(node => node is not (
        InvocationExpressionSyntax or AssignmentExpressionSyntax or PostfixUnaryExpressionSyntax { RawKind: not (int)SyntaxKind.SuppressNullableWarningExpression }
        or PrefixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.PreIncrementExpression or (int)SyntaxKind.PreDecrementExpression }
        or AwaitExpressionSyntax or DeclarationPatternSyntax));
}
