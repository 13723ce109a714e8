using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;

namespace Kmem.Analyzers.CodeFixes.Usage;

/// <summary><c>kmalloc(n, flags)</c> with <c>memcpy(p, source, n)</c> becomes <c>kmemdup(source, n, flags)</c>.</summary>
internal sealed class UseDuplicatingAllocator : CodeFix
{
    public override string EquivalenceKey => "UseDuplicatingAllocator";

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.Replacement) is not { } name
            || site.Decision(DiagnosticProperties.SourceText) is not { } source
            || AllocatingCall.Of(site) is not { ArgumentList.Arguments: { Count: > 0 } arguments } call
            || CallNames.Of(call) is not { } callee
            || arguments.Any(argument => argument.NameColon is not null))
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.UseZeroing(name));
        plan.Replace(callee.Identifier.Span, name);
        plan.Insert(arguments[0].SpanStart, source + ", ");
        return AllocatingCall.DropStatement(site, plan) ? plan : null;
    }
}
