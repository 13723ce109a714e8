using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;

namespace Kmem.Analyzers.CodeFixes.Usage;

/// <summary><c>kmalloc</c> becomes <c>kzalloc</c>, and the statement that cleared the memory goes.</summary>
internal sealed class UseZeroingAllocator : CodeFix
{
    public override string EquivalenceKey => "UseZeroingAllocator";

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.Replacement) is not { } name
            || AllocatingCall.Of(site) is not { } call
            || CallNames.Of(call) is not { } callee)
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.UseZeroing(name));
        plan.Replace(callee.Identifier.Span, name);
        return AllocatingCall.DropStatement(site, plan) ? plan : null;
    }
}
