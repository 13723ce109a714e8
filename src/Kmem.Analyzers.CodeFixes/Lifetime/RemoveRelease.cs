using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The statement with the second release goes, where it serves no other path.</summary>
internal sealed class RemoveRelease : CodeFix
{
    public override string EquivalenceKey => nameof(RemoveRelease);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.IsNeedless) is null
            || site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { Parent: ExpressionStatementSyntax statement })
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.RemoveRelease);
        if (Statements.Siblings(statement).Count == 0)
        {
            plan.Replace(statement.Span, statement.Parent is LabeledStatementSyntax ? ";" : "{ }");
            return plan;
        }

        var extent = StatementExtent.ToDelete(site.Text, StatementExtent.Of(site.Text, statement));
        if (Directives.Any(site.Root, extent))
            return null;

        plan.Delete(extent);
        return plan;
    }
}
