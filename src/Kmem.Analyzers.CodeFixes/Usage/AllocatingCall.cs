using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Usage;

/// <summary>The allocation that a report is about, and the statement that a better allocator makes unnecessary.</summary>
internal static class AllocatingCall
{
    public static InvocationExpressionSyntax? Of(FixSite site) =>
        site.NodeAt(DiagnosticProperties.AllocationSpan)?.FirstAncestorOrSelf<InvocationExpressionSyntax>();

    /// <summary>Deletes the statement that is not needed any more; false where it cannot go.</summary>
    public static bool DropStatement(FixSite site, FixPlan plan)
    {
        if (site.Decision(DiagnosticProperties.StatementSpan) is null)
            return true;
        if (site.NodeAt(DiagnosticProperties.StatementSpan)?.FirstAncestorOrSelf<ExpressionStatementSyntax>() is not { } call || IdleStatement.Without(call) is not { } statement)
            return false;

        var extent = StatementExtent.Of(site.Text, statement);
        if (Directives.Any(site.Root, extent))
            return false;

        plan.Delete(StatementExtent.ToDelete(site.Text, TextSpan.FromBounds(extent.Start, extent.End)));
        return true;
    }
}
