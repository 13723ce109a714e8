using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The call that leaves what is not open goes, where it serves no other path; with it a condition that stands there for it alone. Where one statement must stand, it leaves an empty block.</summary>
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

        var removed = IdleStatement.Without(statement);
        if (Directives.Any(site.Root, (removed ?? statement).Span))
            return null;

        var plan = new FixPlan(FixTitles.RemoveLeave(call.ToString()));
        if (removed is not null)
            plan.Delete(Extent(removed, site.Text));
        else if (statement.Parent is IfStatementSyntax or ElseClauseSyntax or WhileStatementSyntax or ForStatementSyntax or CommonForEachStatementSyntax)
            plan.Replace(statement.Span, "{ }");
        else
            return null;

        return plan;
    }

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
