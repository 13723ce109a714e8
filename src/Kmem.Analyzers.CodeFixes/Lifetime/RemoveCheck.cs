using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The release without the check around it.</summary>
internal sealed class RemoveCheck : CodeFix
{
    public override string EquivalenceKey => nameof(RemoveCheck);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Root.FindToken(site.Span.Start).Parent is not IfStatementSyntax { Else: null } check
            || Statements.Body(check.Statement) is not { Count: 1 } body
            || body[0] is not ExpressionStatementSyntax release)
        {
            return null;
        }

        var front = TextSpan.FromBounds(check.SpanStart, release.SpanStart);
        var back = TextSpan.FromBounds(release.Span.End, check.Span.End);
        if (IsMoreThanBlank(site.Root, front) || IsMoreThanBlank(site.Root, back))
            return null;

        var plan = new FixPlan(FixTitles.RemoveCheck);
        plan.Delete(front);
        if (!back.IsEmpty)
            plan.Delete(back);
        return plan;
    }

    private static bool IsMoreThanBlank(SyntaxNode root, TextSpan span) => root.DescendantTrivia(span, descendIntoTrivia: false).Any(trivia =>
        span.Contains(trivia.Span) && !trivia.IsKind(SyntaxKind.WhitespaceTrivia) && !trivia.IsKind(SyntaxKind.EndOfLineTrivia));
}
