using Kmem.Analyzers.Contracts.Relevance;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts.Checks;

/// <summary>The families of memory that something allocates, as far as this compilation can see.</summary>
internal sealed class KnownFamilies
{
    private readonly Lazy<HashSet<string>> _families;

    public KnownFamilies(Compilation compilation, FileContracts files) =>
        _families = new Lazy<HashSet<string>>(() => Collect(compilation, files));

    public bool IsAllocated(string family) => _families.Value.Contains(family);

    private static HashSet<string> Collect(Compilation compilation, FileContracts files)
    {
        var families = new HashSet<string>(StringComparer.Ordinal);
        families.UnionWith(files.All.SelectMany(member => member.Value).SelectMany(FamiliesOf));
        foreach (var assembly in compilation.SourceModule.ReferencedAssemblySymbols)
            families.UnionWith(AssemblyConcerns.Of(assembly, compilation).Families);
        foreach (var tree in compilation.SyntaxTrees.Where(tree => TreeIndex.Of(tree).WritesContracts))
            families.UnionWith(DeclaredIn(tree, compilation));
        return families;
    }

    public static IEnumerable<string> FamiliesOf(ContractClause clause) =>
        clause.Word == "Allocates" ? clause.Arguments.OfType<string>() : Enumerable.Empty<string>();

    private static IEnumerable<string> DeclaredIn(SyntaxTree tree, Compilation compilation)
    {
        var model = compilation.GetSemanticModel(tree);
        return TreeIndex.Of(tree).AllocatingMethods
            .Select(declaration => model.GetDeclaredSymbol(declaration))
            .SelectMany(symbol => symbol switch
            {
                IMethodSymbol method => AttributeReader.ReadMethod(method),
                INamedTypeSymbol { DelegateInvokeMethod: { } invoke } => AttributeReader.ReadMethod(invoke),
                _ => Enumerable.Empty<ContractClause>(),
            })
            .SelectMany(FamiliesOf);
    }
}
