using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The result of resizing goes to a variable of its own, which is tested, and takes the old pointer's place where it is good.</summary>
internal sealed class KeepResult : CodeFix
{
    public override string EquivalenceKey => nameof(KeepResult);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Node is not AssignmentExpressionSyntax { Parent: ExpressionStatementSyntax statement } assignment
            || Statements.Siblings(statement).Count == 0
            || Values.Bare(assignment.Right) is not InvocationExpressionSyntax call
            || site.Model.GetTypeInfo(assignment.Left).Type is not { } type)
        {
            return null;
        }

        var name = FreeName.Of("resized", statement, site);
        var plan = new FixPlan(FixTitles.KeepResult);
        plan.Replace(assignment.Left.Span, Spelling.OfType(site.Model, statement.SpanStart, type) + " " + name);
        var takeOver = assignment.Left + " = " + name + ";";
        return CheckBehind(statement, assignment) is { } check
            ? UseCheck(check, assignment.Left, name, takeOver, site, plan)
            : AddCheck(statement, call, type, name, takeOver, site, plan);
    }

    // The method's own check, of the new variable.
    private static FixPlan? UseCheck(IfStatementSyntax check, ExpressionSyntax target, string name, string takeOver, FixSite site, FixPlan plan)
    {
        var exit = Statements.Body(check.Statement)[Statements.Body(check.Statement).Count - 1];
        if (Layout.LineEndBehind(check.GetLastToken()) is not { } lineEnd || NullTest.Tested(check.Condition) is not { } tested)
            return null;

        plan.Replace(tested.Span, name);
        if (Values.Variable(target, site.Model) is not null && !IsKnown(target, check, exit, site))
        {
            if (ReleaseText.Of(target.ToString(), exit.SpanStart, site) is not { } release)
                return null;

            new FrontWriter(site.Text).InFrontOf(exit, [release], plan);
        }

        plan.Insert(lineEnd, Layout.NewLine(site.Text) + Layout.Indent(site.Text, check.SpanStart) + takeOver);
        return plan;
    }

    // The check, or what the method runs through behind it, says itself what becomes of the old memory.
    private static bool IsKnown(ExpressionSyntax target, IfStatementSyntax check, StatementSyntax exit, FixSite site) =>
        Statements.Body(check.Statement).Any(statement => statement.ToString().Contains(target.ToString()))
        || WayOut.From(exit, new CallBalance(site)).Contains(Values.Text(target));

    private static FixPlan? AddCheck(
        StatementSyntax statement, InvocationExpressionSyntax call, ITypeSymbol type, string name, string takeOver, FixSite site, FixPlan plan)
    {
        if (ErrorExit.Find(statement, call, name, site) is not { } exit)
            return null;

        var condition = name + " == " + FailureValue.Spell("null", type, statement.SpanStart, site.Model);
        new CheckWriter(site.Text, statement).Write(plan, condition, exit, takeOver);
        return plan;
    }

    private static IfStatementSyntax? CheckBehind(StatementSyntax statement, AssignmentExpressionSyntax assignment) =>
        Statements.Next(statement) is IfStatementSyntax { Else: null } check
        && NullTest.Tested(check.Condition) is { } tested && Values.Text(tested) == Values.Text(assignment.Left)
        && FailureCheck.Of(check) is not null
            ? check
            : null;
}
