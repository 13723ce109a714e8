using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>In front of the way out that forgets it, the call that leaves the section.</summary>
internal sealed class InsertLeave : CodeFix
{
    public override string EquivalenceKey => nameof(InsertLeave);

    public override FixPlan? Plan(FixSite site)
    {
        var token = site.Root.FindToken(site.Span.Start);
        if (token.Parent is not StatementSyntax exit)
            return null;

        // A closing brace is behind the scope of what the block declares.
        var block = token.IsKind(SyntaxKind.CloseBraceToken) ? exit as BlockSyntax : null;
        var position = block is { Statements.Count: > 0 } ? block.Statements.Last().SpanStart : token.SpanStart;
        if (MatchingLeave.Find(site, position) is not { } leave)
            return null;

        var plan = new FixPlan(FixTitles.InsertLeave(leave));
        var writer = new FrontWriter(site.Text);
        if (block is not null)
            writer.AtEndOf(block, leave + ";", plan);
        else if (exit is ReturnStatementSyntax { Expression: { } result } && !ReturnedResult.MayFollow(result, site))
            ReturnedResult.Keep(result, exit, leave + ";", site, plan);
        else
            writer.InFrontOf(exit, [leave + ";"], plan);
        return plan;
    }
}
