using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>The release function of the memory's own family in place of another's: <c>kfree(p)</c> becomes <c>vfree(p)</c>.</summary>
internal sealed class ReleaseWithOwnFamily : CodeFix
{
    public override string EquivalenceKey => nameof(ReleaseWithOwnFamily);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.Release) is not { } format
            || ReleaseTemplate.Parse(format) is not { } template
            || site.Node.FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent.Parent: InvocationExpressionSyntax call } argument
            || call.Parent is not (ExpressionStatementSyntax or ArrowExpressionClauseSyntax or LambdaExpressionSyntax))
        {
            return null;
        }

        var callee = template.Callee is null ? "" : Callee(template.Callee, call, site);
        var (before, after) = Casts(argument, site);
        var start = callee + template.Before + before;
        var end = after + template.After;
        if (!Compiles(start + argument.Expression + end, call, site))
            return null;

        if (Check(argument.Expression, site) is not { } check || (check.Length > 0 && (call.Parent is not ExpressionStatementSyntax statement || Statements.Siblings(statement).Count == 0)))
            return null;
        start = check + start;

        var plan = new FixPlan(FixTitles.ReleaseWith(template.Callee ?? template.Text));
        return Write(plan, call, argument, start, end, site) ? plan : null;
    }

    // Null: where there may be no memory, this release must not be called, and what is released is no place that could be looked at.
    private static string? Check(ExpressionSyntax released, FixSite site)
    {
        if (site.Decision(DiagnosticProperties.MayBeNull) is null || site.Decision(DiagnosticProperties.Refuses) is not { } refused)
            return "";
        return released is IdentifierNameSyntax or MemberAccessExpressionSyntax && site.Model.GetTypeInfo(released).Type is { } type
            ? ReleaseText.Check(released.ToString(), type, refused, released.SpanStart, site.Model)
            : null;
    }

    private static bool Write(FixPlan plan, InvocationExpressionSyntax call, ArgumentSyntax argument, string start, string end, FixSite site)
    {
        var front = TextSpan.FromBounds(call.SpanStart, argument.Expression.SpanStart);
        var back = TextSpan.FromBounds(argument.Expression.Span.End, call.Span.End);
        if (Comments.Any(site.Root, front) || Comments.Any(site.Root, back))
            return false;

        plan.Replace(front, start);
        plan.Replace(back, end);
        return true;
    }

    // As the wrong call is qualified, if that leads to the right one.
    private static string Callee(string name, InvocationExpressionSyntax call, FixSite site)
    {
        if (call.Expression is MemberAccessExpressionSyntax access && Finds(access.Expression + "." + name, call, site))
            return access.Expression + "." + name;

        var type = site.Decision(DiagnosticProperties.ReleaseType) is { } typeName ? Type("global::" + typeName, call, site) : null;
        return type?.GetMembers(name).FirstOrDefault() is { } member ? Spelling.OfMember(site.Model, call.SpanStart, member) : name;
    }

    private static ITypeSymbol? Type(string name, SyntaxNode place, FixSite site) => site.Model
        .GetSpeculativeTypeInfo(place.SpanStart, SyntaxFactory.ParseTypeName(name), SpeculativeBindingOption.BindAsTypeOrNamespace).Type;

    private static bool Finds(string callee, InvocationExpressionSyntax call, FixSite site)
    {
        var found = site.Model.GetSpeculativeSymbolInfo(call.SpanStart, SyntaxFactory.ParseExpression(callee), SpeculativeBindingOption.BindAsExpression);
        return found.Symbol is IMethodSymbol || found.CandidateSymbols.Any(symbol => symbol is IMethodSymbol);
    }

    // Between addresses as numbers and as pointers, C# wants a cast.
    private static (string Before, string After) Casts(ArgumentSyntax argument, FixSite site)
    {
        if (site.Decision(DiagnosticProperties.ReleaseParameterType) is not { } name
            || Type(name, argument, site) is not { } type
            || site.Model.ClassifyConversion(argument.Expression, type).IsImplicit)
        {
            return ("", "");
        }

        var cast = "(" + Spelling.OfType(site.Model, argument.SpanStart, type) + ")";
        return argument.Expression is BinaryExpressionSyntax or ConditionalExpressionSyntax or AssignmentExpressionSyntax
            ? (cast + "(", ")")
            : (cast, "");
    }

    private static bool Compiles(string text, InvocationExpressionSyntax call, FixSite site) =>
        site.Model.GetSpeculativeSymbolInfo(call.SpanStart, SyntaxFactory.ParseExpression(text), SpeculativeBindingOption.BindAsExpression).Symbol is IMethodSymbol release
        && (call.Parent is ExpressionStatementSyntax || HasSameResult(release, call, site))
        && (!UnsafeCode.IsNeededFor(text) || UnsafeCode.Surrounds(call));

    private static bool HasSameResult(IMethodSymbol release, InvocationExpressionSyntax call, FixSite site) =>
        site.Model.GetSymbolInfo(call).Symbol is IMethodSymbol other && SymbolEqualityComparer.Default.Equals(release.ReturnType, other.ReturnType);
}
