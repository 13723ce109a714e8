using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Syntax;

/// <summary>What a <c>return</c> gives, where something has to be done in front of it.</summary>
internal static class ReturnedResult
{
    /// <summary>Whether it may be computed behind that: it reads nothing that others can change, and calls nothing.</summary>
    public static bool MayFollow(ExpressionSyntax result, FixSite site) => result is RefExpressionSyntax
        || (Footprint.Of([result], site.Model).IsPrivate
            && !result.DescendantNodesAndSelf().Any(node => node is InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax or AwaitExpressionSyntax));

    /// <summary>It goes into a variable first, then comes the statement.</summary>
    public static void Keep(ExpressionSyntax result, StatementSyntax exit, string statement, FixSite site, FixPlan plan)
    {
        var type = site.Model.GetTypeInfo(result).ConvertedType is { TypeKind: not TypeKind.Error } converted ? Spelling.OfType(site.Model, exit.SpanStart, converted) : "var";
        var name = FreeName.Of("result", exit, site, plan);
        new FrontWriter(site.Text).InFrontOf(exit, [type + " " + name + " = " + result + ";", statement], plan);
        plan.Replace(result.Span, name);
    }
}
