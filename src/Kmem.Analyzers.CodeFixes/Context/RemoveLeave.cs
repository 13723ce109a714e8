using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The call that leaves what is not open goes, where it serves no other path; with it a condition that stands there for it alone.</summary>
internal sealed class RemoveLeave : CodeFix
{
    public override string EquivalenceKey => nameof(RemoveLeave);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.IsNeedless) is null
            || site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax statement } call)
        {
            return null;
        }

        var removed = Removable(statement);
        if (removed is null || Directives.Any(site.Root, removed.Span))
            return null;

        var plan = new FixPlan(FixTitles.RemoveLeave(call.ToString()));
        plan.Delete(Extent(removed, site.Text));
        return plan;
    }

    private static StatementSyntax? Removable(StatementSyntax statement)
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

    // Comments stay: they may speak of more than this call.
    private static TextSpan Extent(StatementSyntax statement, SourceText text)
    {
        var isAlone = Layout.StartsLine(text, statement.SpanStart) && statement.GetTrailingTrivia().All(trivia => trivia.Kind() is SyntaxKind.WhitespaceTrivia or SyntaxKind.EndOfLineTrivia)
            && Layout.LineEndBehind(statement.GetLastToken()) is not null;
        if (!isAlone)
            return Layout.StartsLine(text, statement.SpanStart) && CommentBehind(statement) is { } comment ? TextSpan.FromBounds(statement.SpanStart, comment) : StatementExtent.ToDelete(text, statement.Span);

        var first = text.Lines.GetLineFromPosition(statement.SpanStart).Start;
        return StatementExtent.ToDelete(text, TextSpan.FromBounds(first, text.Lines.GetLineFromPosition(statement.Span.End).EndIncludingLineBreak));
    }

    // In the place of the statement, as far in as that was.
    private static int? CommentBehind(StatementSyntax statement)
    {
        var comment = statement.GetTrailingTrivia().FirstOrDefault(trivia => trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia);
        return comment.RawKind == 0 ? null : comment.SpanStart;
    }
}
