using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The allocation, with the check of its result, goes in front of the statement that enters the section.</summary>
internal sealed class AllocateBeforeSection : CodeFix
{
    public override string EquivalenceKey => nameof(AllocateBeforeSection);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.NodeAt(DiagnosticProperties.EnterSpan)?.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } enter
            || Statements.Enclosing(enter) is not { } entry
            || CheckedAllocation.At(site) is not { } allocation
            || Statements.Between(entry, allocation.Statement) is not { } between
            || entry is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax))
        {
            return null;
        }

        var calls = new SectionCalls(site);
        if (calls.AnyOpen(Statements.InFront(entry), Statements.Function(entry)))
            return null;

        var relocation = new Relocation(site, allocation.Statement, allocation.Last);
        if (allocation.Check is { } check && !LeaveOutRelease(check, enter, relocation, calls))
            return null;

        var crossed = between.Where(statement => !site.Accepted.HasMoved(statement)).ToList();
        if (crossed.Exists(statement => Jumps.Any(statement, site.Model)) || !MayCross(allocation, [entry, .. crossed], relocation, site.Model))
            return null;

        var plan = new FixPlan(FixTitles.AllocateBeforeSection);
        foreach (var moved in allocation.Parts)
            plan.NoteMoved(moved);
        return relocation.InFrontOf(entry, plan) ? plan : null;
    }

    // What a lock guards is neither read nor written in front of it, so only locals may take part.
    private static bool MayCross(CheckedAllocation allocation, IEnumerable<StatementSyntax> crossed, Relocation relocation, SemanticModel model) =>
        allocation.CallsNothingElse
        && Footprint.Of([allocation.Statement], model).IsPrivate
        && !Footprint.Of(relocation.Kept(allocation.Parts), model).Meets(Footprint.Of(crossed, model));

    // In front of the lock the check must no longer unlock; what it does while the lock is held must not need the lock.
    private static bool LeaveOutRelease(IfStatementSyntax check, InvocationExpressionSyntax enter, Relocation relocation, SectionCalls calls)
    {
        var body = Statements.Body(check.Statement);
        var release = body.FirstOrDefault(statement => calls.IsLeave(statement, enter));
        var underLock = body.TakeWhile(statement => statement != release).ToList();
        if (underLock.Exists(statement => calls.AnyLeave(statement, enter) || statement.DescendantNodesAndSelf().Any(node => node is GotoStatementSyntax)))
            return false;
        if (!Footprint.Of(underLock, calls.Model).IsPrivate)
            return false;
        if (release is null)
            return true;
        if (check.Statement is not BlockSyntax)
            return false;

        relocation.LeaveOut(release);
        return !body.SkipWhile(statement => statement != release).Skip(1).Any(statement => calls.AnyLeave(statement, enter));
    }
}
