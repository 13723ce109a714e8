using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The function that gives the number of some CPU the thread was on: for statistics, where another one does no harm.</summary>
internal sealed class UseRawProcessorId : CodeFix
{
    private const string Raw = "raw_";

    public override string EquivalenceKey => nameof(UseRawProcessorId);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call
            || SleepingCall.Of(call, site.Model) is not { } called
            || called.Method.ContainingType.GetMembers(Raw + called.Method.Name).IsEmpty)
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.UseAlternative(Raw + called.Method.Name));
        plan.Insert(called.Name.SpanStart, Raw);
        return plan;
    }
}
