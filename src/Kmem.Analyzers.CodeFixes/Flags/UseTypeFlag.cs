using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Flags;

/// <summary><c>__GFP_WAIT | __GFP_IO | __GFP_FS</c> becomes <c>GFP_KERNEL</c>.</summary>
internal sealed class UseTypeFlag : CodeFix
{
    public override string EquivalenceKey => "UseTypeFlag";

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.WholeFlags)?.Split(',') is not { Length: > 0 } names
            || Combination(site.Node) is not { } combination
            || site.Model.GetTypeInfo(combination, site.Cancellation).Type is not { } type
            || Comments.Any(site.Root, combination.Span))
        {
            return null;
        }

        var members = names.Select(name => type.GetMembers(name).FirstOrDefault()).ToList();
        if (members.Contains(null))
            return null;

        var plan = new FixPlan(FixTitles.UseFlags(string.Join(" | ", names)));
        plan.Replace(combination.Span, string.Join(" | ", members.Select(member => Spelling.OfMember(site.Model, combination.SpanStart, member!))));
        return plan;
    }

    private static BinaryExpressionSyntax? Combination(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax combination => combination,
        ArgumentSyntax { Expression: BinaryExpressionSyntax combination } => combination,
        _ => null,
    };
}
