using Kmem.Analyzers.CodeFixes.Engine;
using Kmem.Analyzers.CodeFixes.Syntax;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Context;

/// <summary>The lock itself in place of a copy: a field without <c>readonly</c>, a local or a parameter by <c>ref</c>.</summary>
internal sealed class ReferToLock : CodeFix
{
    public override string EquivalenceKey => nameof(ReferToLock);

    public override FixPlan? Plan(FixSite site) => site.Root.FindToken(site.Span.Start).Parent switch
    {
        VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: FieldDeclarationSyntax field } } => DropReadOnly(field),
        ParameterSyntax { Parent: ParameterListSyntax { Parent: MethodDeclarationSyntax or LocalFunctionStatementSyntax } } parameter => ByReference(parameter, site),
        _ when site.Node.FirstAncestorOrSelf<EqualsValueClauseSyntax>() is { Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax { Variables.Count: 1 } declaration } } value =>
            ByReference(declaration, value, site),
        _ => null,
    };

    private static FixPlan? DropReadOnly(FieldDeclarationSyntax field)
    {
        var keyword = field.Modifiers.FirstOrDefault(modifier => modifier.IsKind(SyntaxKind.ReadOnlyKeyword));
        if (keyword.RawKind == 0)
            return null;

        var plan = new FixPlan(FixTitles.ReferToLock("readonly"));
        plan.Delete(TextSpan.FromBounds(keyword.SpanStart, keyword.GetNextToken().SpanStart));
        return plan;
    }

    private static FixPlan? ByReference(VariableDeclarationSyntax declaration, EqualsValueClauseSyntax value, FixSite site)
    {
        if (declaration.Type is RefTypeSyntax || value.Value is RefExpressionSyntax || declaration.Parent is not LocalDeclarationStatementSyntax || !CanBeReferredTo(value.Value, site))
            return null;

        var plan = new FixPlan(FixTitles.ReferToLock("ref"));
        plan.Insert(declaration.SpanStart, "ref ");
        plan.Insert(value.Value.SpanStart, "ref ");
        return plan;
    }

    // A box is no place of a lock, nor what a property gives by value.
    private static bool CanBeReferredTo(ExpressionSyntax value, FixSite site) =>
        site.Model.GetTypeInfo(value) is var type && SymbolEqualityComparer.Default.Equals(type.Type, type.ConvertedType)
        && site.Model.GetSymbolInfo(value).Symbol is not IPropertySymbol { RefKind: RefKind.None };

    // Only where every call is in sight, and passes a place.
    private static FixPlan? ByReference(ParameterSyntax parameter, FixSite site)
    {
        var function = parameter.Parent!.Parent!;
        if (parameter.Modifiers.Count > 0 || site.Model.GetDeclaredSymbol(function) is not IMethodSymbol method || !IsPrivate(method)
            || site.Model.GetDeclaredSymbol(parameter) is not IParameterSymbol { Ordinal: var ordinal })
        {
            return null;
        }

        var plan = new FixPlan(FixTitles.ReferToLock("ref"));
        plan.Insert(parameter.SpanStart, "ref ");
        foreach (var name in site.Root.DescendantNodes().OfType<SimpleNameSyntax>().Where(name => name.Identifier.ValueText == method.Name))
        {
            if (!SymbolEqualityComparer.Default.Equals(site.Model.GetSymbolInfo(name).Symbol?.OriginalDefinition, method))
                continue;
            if (CallOf(name)?.ArgumentList.Arguments is not { } arguments || arguments.Count <= ordinal || arguments.Any(argument => argument.NameColon is not null)
                || site.Model.GetSymbolInfo(arguments[ordinal].Expression).Symbol is not (IFieldSymbol { IsReadOnly: false } or ILocalSymbol or IParameterSymbol))
            {
                return null;
            }

            plan.Insert(arguments[ordinal].SpanStart, "ref ");
        }

        return plan;
    }

    private static bool IsPrivate(IMethodSymbol method) => method.MethodKind == MethodKind.LocalFunction
        || (method.DeclaredAccessibility == Accessibility.Private && method.ContainingType.DeclaringSyntaxReferences.Length == 1);

    private static InvocationExpressionSyntax? CallOf(SimpleNameSyntax name) =>
        (name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : (ExpressionSyntax)name).Parent as InvocationExpressionSyntax;
}
