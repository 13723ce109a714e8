using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The statement that needs the lock, between the calls that take and drop it.</summary>
internal sealed class WrapInLock : CodeFix
{
    private const string Lock = "lock";
    private const string Unlock = "unlock";

    public override string EquivalenceKey => nameof(WrapInLock);

    public override FixPlan? Plan(FixSite site)
    {
        if (site.Decision(DiagnosticProperties.Lock) is not { } name
            || Statements.Enclosing(site.Node) is not { } statement
            || statement is not (ExpressionStatementSyntax or LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 })
            || statement.Parent is LabeledStatementSyntax
            || Find(name, statement.SpanStart, site) is not var (take, drop))
        {
            return null;
        }

        var argument = "(ref " + name + ");";
        var plan = new FixPlan(FixTitles.WrapInLock(take + "(ref " + name + ")"));
        new FrontWriter(site.Text).Around(statement, take + argument, drop + argument, plan);
        return plan;
    }

    // The functions that take and drop a lock of this type and nothing else, the one with the shortest name.
    private static (string Take, string Drop)? Find(string name, int position, FixSite site)
    {
        var expression = SyntaxFactory.ParseExpression(name);
        if (site.Model.GetSpeculativeTypeInfo(position, expression, SpeculativeBindingOption.BindAsExpression).Type is not INamedTypeSymbol { TypeKind: TypeKind.Struct } type)
            return null;

        var take = type.ContainingNamespace.GetTypeMembers().Where(each => each.IsStatic)
            .SelectMany(each => each.GetMembers()).OfType<IMethodSymbol>()
            .Where(method => Takes(method, type, site) && method.Name.Contains(Lock))
            .OrderBy(method => method.Name.Length).FirstOrDefault();
        var drop = take?.ContainingType.GetMembers(take.Name.Replace(Lock, Unlock)).FirstOrDefault();
        return take is null || drop is null ? null : (Spelling.OfMember(site.Model, position, take), Spelling.OfMember(site.Model, position, drop));
    }

    private static bool Takes(IMethodSymbol method, ITypeSymbol type, FixSite site) =>
        method is { Parameters: { Length: 1 } parameters, ReturnsVoid: true }
        && parameters[0].RefKind == RefKind.Ref && SymbolEqualityComparer.Default.Equals(parameters[0].Type, type)
        && site.Contracts.Get(method).Locks.Any(effect => effect.Acquires);
}
