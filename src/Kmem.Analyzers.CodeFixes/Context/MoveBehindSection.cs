using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The statement that sleeps goes behind the one that leaves the section, where nothing up to there needs it.</summary>
internal sealed class MoveBehindSection : CodeFix
{
    public override string EquivalenceKey => nameof(MoveBehindSection);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.NodeAt(DiagnosticProperties.LeaveSpan)?.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } leave
            || Statements.Enclosing(leave) is not ExpressionStatementSyntax exit
            || Statements.Enclosing(site.Node) is not { } statement
            || statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax)
            || Statements.Between(statement, exit) is not { } between
            || new SectionCalls(site).AnyOpen(Statements.InFront(exit).Append(exit), Statements.Function(exit)))
        {
            return null;
        }

        var crossed = between.Where(other => !site.Accepted.HasMoved(other)).ToList();
        if (crossed.Exists(other => Jumps.Any(other, site.Model)) || !MayCross(statement, crossed, exit, site))
            return null;

        var plan = new FixPlan(FixTitles.MoveBehindSection(SleepingCall.Of(leave, site.Model)?.Name.Identifier.ValueText ?? leave.Expression.ToString()));
        plan.NoteMoved(statement);
        return new Relocation(site, statement, statement).Behind(exit, plan) ? plan : null;
    }

    private static bool MayCross(StatementSyntax statement, List<StatementSyntax> crossed, StatementSyntax exit, FixSite site)
    {
        var moved = Footprint.Of([statement], site.Model);
        return !moved.Meets(Footprint.Of([.. crossed, exit], site.Model)) && !moved.Reads.Any(read => BelongsToSection(read, site));
    }

    // References that the section handed out end with it.
    private static bool BelongsToSection(ISymbol symbol, FixSite site) =>
        symbol is ILocalSymbol { IsRef: true }
        || (Statements.Enclosing(site.NodeAt(DiagnosticProperties.EnterSpan)) is LocalDeclarationStatementSyntax entry
            && entry.Declaration.Variables.Any(declarator => SymbolEqualityComparer.Default.Equals(site.Model.GetDeclaredSymbol(declarator), symbol)));
}
