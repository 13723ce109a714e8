using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Kmem.Analyzers.Tests.Architecture;

/// <summary>Finds names in sources that refer to a part they must not know.</summary>
internal static class UpwardReferences
{
    public static IEnumerable<string> Find(CSharpCompilation compilation) =>
        compilation.SyntaxTrees.SelectMany(tree => Find(compilation.GetSemanticModel(tree)));

    private static IEnumerable<string> Find(SemanticModel model) =>
        from name in model.SyntaxTree.GetRoot().DescendantNodes().OfType<SimpleNameSyntax>()
        let user = PartOf(name, model)
        let used = PartOf(model.GetSymbolInfo(name).Symbol, name)
        where user is not null && used is not null && !Layers.MayRefer(user, used)
        select $"{Place(name)}: {user} refers to {used} by '{name}'";

    private static string Place(SyntaxNode node)
    {
        FileLinePositionSpan span = node.GetLocation().GetLineSpan();
        return $"{span.Path}({span.StartLinePosition.Line + 1})";
    }

    // A using directive belongs to every type of its file.
    private static string? PartOf(SimpleNameSyntax name, SemanticModel model)
    {
        SyntaxNode? type = name.Ancestors().FirstOrDefault(IsType)
            ?? name.SyntaxTree.GetRoot().DescendantNodes().FirstOrDefault(IsType);
        return type is null ? null : PartOf(model.GetDeclaredSymbol(type), name);
    }

    private static bool IsType(SyntaxNode node) => node is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax;

    private static string? PartOf(ISymbol? symbol, SimpleNameSyntax name)
    {
        if (symbol is INamespaceSymbol used)
            return IsWholeName(name) ? Layers.PartOf(used.ToDisplayString(), topLevelType: "") : null;
        INamedTypeSymbol? type = symbol as INamedTypeSymbol ?? symbol?.ContainingType;
        while (type?.ContainingType is { } outer)
            type = outer;
        return type is null ? null : Layers.PartOf(type.ContainingNamespace.ToDisplayString(), type.Name);
    }

    // Of Kmem.Analyzers.Flow only the last name counts; the first two are in every using, and no reference to the root.
    private static bool IsWholeName(SimpleNameSyntax name) =>
        name.Parent is not QualifiedNameSyntax qualified || (qualified.Right == name && qualified.Parent is UsingDirectiveSyntax);
}
