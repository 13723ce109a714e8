using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>Whether control may leave a statement, or enter it, other than at its ends.</summary>
internal static class Jumps
{
    public static bool Any(StatementSyntax statement, SemanticModel model)
    {
        if (statement is LabeledStatementSyntax or LocalFunctionStatementSyntax or YieldStatementSyntax)
            return true;

        var flow = model.AnalyzeControlFlow(statement);
        return flow is not { Succeeded: true } || flow.ExitPoints.Any() || flow.EntryPoints.Any() || Throws(statement);
    }

    public static bool Leaves(StatementSyntax? statement) => statement is ReturnStatementSyntax or ThrowStatementSyntax
        or GotoStatementSyntax { RawKind: (int)SyntaxKind.GotoStatement } or BreakStatementSyntax or ContinueStatementSyntax
        or YieldStatementSyntax { RawKind: (int)SyntaxKind.YieldBreakStatement };

    private static bool Throws(StatementSyntax statement) => statement
        .DescendantNodesAndSelf(node => node is not (AnonymousFunctionExpressionSyntax or LocalFunctionStatementSyntax))
        .Any(node => node is ThrowStatementSyntax or ThrowExpressionSyntax);
}
