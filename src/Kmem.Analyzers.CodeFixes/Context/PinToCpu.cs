using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary><c>smp_processor_id()</c> becomes <c>get_cpu()</c>, with a <c>put_cpu()</c> at the end of the block.</summary>
internal sealed class PinToCpu : CodeFix
{
    private const string Get = "get_cpu";
    private const string Put = "put_cpu";

    public override string EquivalenceKey => nameof(PinToCpu);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call
            || SleepingCall.Of(call, site.Model) is not { } called
            || Statements.Enclosing(call) is not { Parent: BlockSyntax block } statement
            || statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax)
            || called.Method.ContainingType.GetMembers(Get).FirstOrDefault() is not { } get
            || called.Method.ContainingType.GetMembers(Put).FirstOrDefault() is not { } put)
        {
            return null;
        }

        var behind = block.Statements.SkipWhile(other => other != statement).Skip(1).ToList();
        if (behind.Exists(other => Jumps.Any(other, site.Model)) || behind.Exists(other => MaySleep(other, site)))
            return null;

        var plan = new FixPlan(FixTitles.UseAlternative(Get));
        plan.Replace(called.Name.Span, call.Expression is MemberAccessExpressionSyntax ? Get : Spelling.OfMember(site.Model, call.SpanStart, get));
        new FrontWriter(site.Text).AtEndOf(block, Spelling.OfMember(site.Model, call.SpanStart, put) + "();", plan);
        return plan;
    }

    private static bool MaySleep(StatementSyntax statement, FixSite site) => statement.DescendantNodes().Any(node =>
        node is AwaitExpressionSyntax or LockStatementSyntax
        || (node is InvocationExpressionSyntax call && site.Model.GetSymbolInfo(call).Symbol is IMethodSymbol method
            && site.Contracts.Get(method).Sleep is SleepContract.Might or SleepContract.ByFlags));
}
