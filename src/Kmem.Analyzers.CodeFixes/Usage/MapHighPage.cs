using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Usage;

/// <summary>
/// <c>void* p = page_address(page);</c> becomes <c>kmap(page)</c>, with <c>kunmap(page)</c> behind the last statement of the block
/// that uses <c>p</c>.
/// </summary>
internal sealed class MapHighPage : CodeFix
{
    private const string Map = "kmap";
    private const string Unmap = "kunmap";

    public override string EquivalenceKey => "MapHighPage";

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Node.FirstAncestorOrSelf<ArgumentSyntax>() is not { Parent.Parent: InvocationExpressionSyntax call } argument
            || CallNames.Of(call) is not { } callee
            || site.Model.GetSymbolInfo(call, site.Cancellation).Symbol is not IMethodSymbol { Parameters.Length: 1 } method
            || Beside(method, Map) is not { } map || Beside(method, Unmap) is not { } unmap
            || Values.Target(Values.Dressed(call)) is not { } target
            || Values.Variable(target, site.Model) is not ILocalSymbol address
            || Statements.Enclosing(call) is not { Parent: BlockSyntax block } statement
            || LastUse(block, statement, address.Name) is not { } last)
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.MapPage(map.Name));
        plan.Replace(callee.Identifier.Span, map.Name);
        plan.Insert(last.Span.End, Separator(site, last) + $"{Spelling.OfMember(site.Model, call.SpanStart, unmap)}({argument.Expression});");
        return plan;
    }

    private static ISymbol? Beside(IMethodSymbol method, string name) => method.ContainingType.GetMembers(name).OfType<IMethodSymbol>()
        .FirstOrDefault(candidate => candidate.Parameters.Length == 1
            && SymbolEqualityComparer.Default.Equals(candidate.Parameters[0].Type, method.Parameters[0].Type));

    // Null where a way out stands between, or the address goes elsewhere.
    private static StatementSyntax? LastUse(BlockSyntax block, StatementSyntax first, string address)
    {
        var behind = block.Statements.SkipWhile(statement => statement != first).ToList();
        var last = behind.LastOrDefault(statement => statement == first || Mentions(statement, address));
        if (last is null)
            return null;

        var covered = behind.Take(behind.IndexOf(last) + 1).ToList();
        return covered.Exists(statement => statement.DescendantNodesAndSelf().Any(IsWayOut)) ? null : last;
    }

    private static bool IsWayOut(SyntaxNode node) => node is ReturnStatementSyntax or ThrowStatementSyntax or ThrowExpressionSyntax or GotoStatementSyntax
        or BreakStatementSyntax or ContinueStatementSyntax or YieldStatementSyntax or AnonymousFunctionExpressionSyntax;

    private static bool Mentions(SyntaxNode node, string name) =>
        node.DescendantNodes().OfType<IdentifierNameSyntax>().Any(each => each.Identifier.ValueText == name);

    private static string Separator(FixSite site, StatementSyntax statement) => Layout.StartsLine(site.Text, statement.SpanStart)
        ? Layout.NewLine(site.Text) + Layout.Indent(site.Text, statement.SpanStart)
        : " ";
}
