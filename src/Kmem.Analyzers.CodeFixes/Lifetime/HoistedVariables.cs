using Kmem.Analyzers.CodeFixes.Engine;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.CodeFixes.Lifetime;

/// <summary>A variable whose declaration has to move out of a block, its value staying where it is.</summary>
/// <param name="Declaration">The declaration without a value.</param>
/// <param name="Type">What to delete so that an assignment is left.</param>
internal sealed record HoistedVariable(string Declaration, TextSpan Type);

/// <summary>Finds the variables that statements declare and later ones use.</summary>
internal static class HoistedVariables
{
    /// <summary>The variables of statements that others use behind the last statement; null where one of them cannot be declared elsewhere.</summary>
    public static IReadOnlyList<HoistedVariable>? Find(IReadOnlyList<StatementSyntax> statements, StatementSyntax last, FixSite site)
    {
        if (site.Model.AnalyzeDataFlow(statements[0], statements[statements.Count - 1]) is not { Succeeded: true } flow || last.Parent is not { } list)
            return null;

        var used = new HashSet<ISymbol>(
            list.DescendantNodes(TextSpan.FromBounds(last.Span.End, list.Span.End)).OfType<IdentifierNameSyntax>()
                .Where(name => name.SpanStart >= last.Span.End)
                .Select(name => site.Model.GetSymbolInfo(name, site.Cancellation).Symbol).OfType<ISymbol>(),
            SymbolEqualityComparer.Default);
        var hoisted = new List<HoistedVariable>();
        foreach (var variable in flow.VariablesDeclared.OfType<ILocalSymbol>().Where(used.Contains))
        {
            if (Hoist(variable, statements, site) is not { } moved)
                return null;
            hoisted.Add(moved);
        }

        return hoisted;
    }

    private static HoistedVariable? Hoist(ILocalSymbol variable, IReadOnlyList<StatementSyntax> statements, FixSite site)
    {
        if (variable.IsRef || variable.IsConst || variable.Type.IsRefLikeType || variable.Type.IsAnonymousType || variable.Type.TypeKind == TypeKind.Error
            || variable.DeclaringSyntaxReferences.Length != 1
            || variable.DeclaringSyntaxReferences[0].GetSyntax(site.Cancellation) is not VariableDeclaratorSyntax
            {
                Initializer: { } value, Parent: VariableDeclarationSyntax { Variables.Count: 1, Parent: LocalDeclarationStatementSyntax statement } declaration,
            } declarator
            || !statements.Contains(statement) || value.Value is InitializerExpressionSyntax or StackAllocArrayCreationExpressionSyntax)
            return null;

        var type = declaration.Type.IsVar ? variable.Type.ToMinimalDisplayString(site.Model, declaration.SpanStart) : declaration.Type.ToString();
        return new HoistedVariable(type + " " + declarator.Identifier.Text + ";", TextSpan.FromBounds(statement.SpanStart, declarator.SpanStart));
    }
}
