using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>Behind the allocation, <c>if (p == null)</c> with the way out that the method takes on errors.</summary>
internal sealed class CheckResult : CodeFix
{
    public override string EquivalenceKey => nameof(CheckResult);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.Holder) is not { } holder
            || site.Decision(DiagnosticProperties.FailureLiteral) is not { } failure
            || site.NodeAt(DiagnosticProperties.AllocationSpan)?.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call
            || Statements.Enclosing(call) is not { } statement
            || statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax)
            || StoredPlace.Of(call, holder, site.Model) is not { } place)
        {
            return null;
        }

        if (ErrorExit.Find(statement, call, place.Text, site) is not { } exit)
            return null;

        var plan = new FixPlan(FixTitles.CheckResult(failure));
        var condition = place.Text + " == " + FailureValue.Spell(failure, place.Type, statement.SpanStart, site.Model);
        new CheckWriter(site.Text, statement).Write(plan, condition, exit);
        return plan;
    }
}
