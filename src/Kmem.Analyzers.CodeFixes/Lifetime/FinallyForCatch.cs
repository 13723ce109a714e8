using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>A <c>catch</c> that only releases memory and throws again becomes a <c>finally</c> that releases it.</summary>
internal sealed class FinallyForCatch : CodeFix
{
    public override string EquivalenceKey => nameof(FinallyForCatch);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.NodeAt(DiagnosticProperties.StatementSpan) is not InvocationExpressionSyntax { Parent: ExpressionStatementSyntax { Parent: BlockSyntax block } release } call
            || block is not { Statements: { Count: 2 } statements, Parent: CatchClauseSyntax { Filter: null, Parent: TryStatementSyntax { Catches.Count: 1, Finally: null } around } handler }
            || statements[1] is not ThrowStatementSyntax { Expression: null } rethrow
            || IsUsedBehind(around, site))
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.ReleaseInFinally(CallNames.Text(call)));
        plan.Replace(TextSpan.FromBounds(handler.CatchKeyword.SpanStart, handler.Declaration?.Span.End ?? handler.CatchKeyword.Span.End), "finally");
        plan.Delete(StatementExtent.ToDelete(site.Text, StatementExtent.Of(site.Text, rethrow)));
        return plan;
    }

    // What is released in the end cannot be used any more.
    private static bool IsUsedBehind(TryStatementSyntax around, FixSite site) => site.Decision(DiagnosticProperties.Holder) is not { } holder
        || Statements.Behind(around).Any(next => Values.IsWrittenIn(next, holder));
}
