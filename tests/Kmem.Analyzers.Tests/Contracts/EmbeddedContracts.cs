using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Kmem.Analyzers.Tests.Contracts;

/// <summary>A contract file that comes with the analyzers, and the members it speaks of.</summary>
internal sealed class EmbeddedContracts
{
    public static readonly EmbeddedContracts DotNet = new("DotNet.KmemContracts.txt", FrameworkAssemblies());
    public static readonly EmbeddedContracts Kernel = new(
        "Kernel.KmemContracts.txt", [.. FrameworkAssemblies(), Path.Combine(AppContext.BaseDirectory, "Kmem.dll")]);

    private EmbeddedContracts(string resource, IEnumerable<string> assemblies)
    {
        using var reader = new StreamReader(typeof(ContractFileParser).Assembly.GetManifestResourceStream(resource)!);
        File = ContractFileParser.Parse(reader.ReadToEnd());
        Compilation = CSharpCompilation.Create(resource, references: assemblies.Select(path => MetadataReference.CreateFromFile(path)));
        ById = File.Lines.ToLookup(line => line.DocumentationId);
    }

    public ContractFile File { get; }

    public CSharpCompilation Compilation { get; }

    public ILookup<string, ContractLine> ById { get; }

    public ISymbol? Resolve(string documentationId) => DocumentationCommentId.GetFirstSymbolForDeclarationId(documentationId, Compilation);

    /// <summary>Whether the file says a word of the member, or of one it overrides.</summary>
    public bool Says(ISymbol member, params string[] words)
    {
        for (var symbol = member; symbol is not null; symbol = Overridden(symbol))
        {
            if (ById[symbol.GetDocumentationCommentId()!].SelectMany(line => line.Clauses).Any(clause => words.Contains(clause.Word)))
                return true;
        }

        return false;
    }

    /// <summary>The parameters that clauses name and the member does not have.</summary>
    public IEnumerable<string> UnknownParameters(ContractLine line)
    {
        var known = Parameters(Resolve(line.DocumentationId)).Select(parameter => parameter.Name);
        return line.Clauses.Where(clause => clause.Target.Kind == ContractTargetKind.Parameter)
            .Select(clause => clause.Target.Parameter)
            .Except(known);
    }

    public static IEnumerable<IParameterSymbol> Parameters(ISymbol? member) => member switch
    {
        IMethodSymbol method => method.Parameters,
        IPropertySymbol property => property.Parameters,
        _ => [],
    };

    private static ISymbol? Overridden(ISymbol member) => member switch
    {
        IMethodSymbol method => method.OverriddenMethod?.OriginalDefinition,
        IPropertySymbol property => property.OverriddenProperty?.OriginalDefinition,
        _ => null,
    };

    private static IEnumerable<string> FrameworkAssemblies()
    {
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == framework);
    }
}
