using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Usage;

/// <summary>
/// <c>kmalloc</c> becomes <c>kvmalloc</c>, and the <c>kfree</c> of the same variable <c>kvfree</c>, where the method keeps the
/// memory to itself.
/// </summary>
internal sealed class UseUnlimitedAllocator : CodeFix
{
    public override string EquivalenceKey => "UseUnlimitedAllocator";

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.Replacement) is not { } name
            || site.Node.FirstAncestorOrSelf<ArgumentSyntax>() is not { NameColon: null } argument
            || argument.Parent?.Parent is not InvocationExpressionSyntax call
            || CallNames.Of(call) is not { } callee
            || site.Model.GetSymbolInfo(call, site.Cancellation).Symbol is not IMethodSymbol allocator
            || Family(allocator.ContainingType.GetMembers(name).OfType<IMethodSymbol>().FirstOrDefault(), site) is not { } family)
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.UseAlternative(name));
        plan.Replace(callee.Identifier.Span, name);
        var releases = ReleasesOf(call, site);
        return releases is not null && releases.All(release => Rename(release, allocator, family, plan, site)) ? plan : null;
    }

    private static string? Family(IMethodSymbol? allocator, FixSite site) =>
        allocator is null ? null : site.Contracts.Get(allocator).Allocates?.Family;

    private static bool Rename(InvocationExpressionSyntax release, IMethodSymbol allocator, string family, FixPlan plan, FixSite site)
    {
        var right = allocator.ContainingType.GetMembers().OfType<IMethodSymbol>()
            .FirstOrDefault(candidate => candidate.Parameters.Length == 1 && site.Contracts.Get(candidate).Parameter(0).Frees is { } frees && frees.Families.Contains(family));
        if (right is null || CallNames.Of(release) is not { } name || (site.Contracts.Get(right).Sleep == SleepContract.Might && IsInSection(release, site)))
            return false;

        plan.Replace(name.Identifier.Span, right.Name);
        return true;
    }

    private static bool IsInSection(InvocationExpressionSyntax release, FixSite site) =>
        Statements.Enclosing(release) is { } statement && new SectionCalls(site).AnyOpen(Statements.InFront(statement), Statements.Function(statement));

    // Null where the memory leaves the method, so that code not seen here may release it.
    private static List<InvocationExpressionSyntax>? ReleasesOf(InvocationExpressionSyntax allocation, FixSite site)
    {
        if (Statements.Function(allocation) is not { } function
            || Values.Target(Values.Dressed(allocation)) is not { } target
            || Values.Variable(target, site.Model) is not ILocalSymbol holder || !Statements.Declares(function, holder))
        {
            return null;
        }

        var releases = new List<InvocationExpressionSyntax>();
        foreach (var name in function.DescendantNodes().OfType<IdentifierNameSyntax>().Where(name => name.Identifier.ValueText == holder.Name))
        {
            if (SymbolEqualityComparer.Default.Equals(site.Model.GetSymbolInfo(name, site.Cancellation).Symbol, holder) && !Admit(name, function, releases, site))
                return null;
        }

        return releases;
    }

    private static bool Admit(IdentifierNameSyntax name, SyntaxNode function, List<InvocationExpressionSyntax> releases, FixSite site)
    {
        var value = Values.Dressed(name);
        if (Statements.Function(name) != function)
            return false;

        switch (value.Parent)
        {
            case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call } argument when argument.RefKindKeyword.IsKind(SyntaxKind.None):
                if (IsRelease(call, argument, site))
                    releases.Add(call);
                return true;
            case MemberAccessExpressionSyntax or ElementAccessExpressionSyntax or BinaryExpressionSyntax or IsPatternExpressionSyntax:
                return true;
            case PrefixUnaryExpressionSyntax unary:
                return unary.IsKind(SyntaxKind.PointerIndirectionExpression);
            case AssignmentExpressionSyntax assignment:
                return assignment.Left == value;
            default:
                return false;
        }
    }

    private static bool IsRelease(InvocationExpressionSyntax call, ArgumentSyntax argument, FixSite site) =>
        site.Model.GetSymbolInfo(call, site.Cancellation).Symbol is IMethodSymbol callee
        && site.Contracts.Get(callee).Parameter(call.ArgumentList.Arguments.IndexOf(argument)).Frees is not null;
}
