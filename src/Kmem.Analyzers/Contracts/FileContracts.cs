using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>The contracts of all contract files, the user's own before those that come with the analyzers.</summary>
internal sealed class FileContracts
{
    /// <summary>How the names of contract files end.</summary>
    public const string FileSuffix = ".KmemContracts.txt";

    private static readonly char[] StartOfName = { '.', ':' };
    private static readonly char[] EndOfName = { '(', '~' };
    private const string Constructor = ".#ctor";
    private static readonly Lazy<HashSet<string>> PlatformFamilies = new(() => new HashSet<string>(ReadFamilies(), StringComparer.Ordinal));
    private static readonly Lazy<FileContracts> EmbeddedAlone = new(() => new FileContracts(ReadEmbedded().Select(Index)));

    private readonly ImmutableArray<Dictionary<string, List<ContractClause>>> _sources;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    private FileContracts(IEnumerable<Dictionary<string, List<ContractClause>>> sources)
    {
        _sources = sources.ToImmutableArray();
        _names.UnionWith(_sources.SelectMany(source => source.Keys).Select(SimpleName));
    }

    /// <summary>The contracts of a project's own files, and of those that come with the analyzers.</summary>
    public static FileContracts With(IReadOnlyCollection<ContractFile> own) =>
        own.Count == 0 ? EmbeddedAlone.Value : new FileContracts(own.Select(Index).Concat(EmbeddedAlone.Value._sources));

    /// <summary>Whether the contracts that come with the analyzers say that some function allocates memory of a family: .NET's own do.</summary>
    public static bool IsOfPlatform(string family) => PlatformFamilies.Value.Contains(family);

    /// <summary>Every member that a file speaks of, with what it says.</summary>
    public IEnumerable<KeyValuePair<string, List<ContractClause>>> All => _sources.SelectMany(source => source);

    /// <summary>What each file says of a member, or of the property that it is an accessor of, in order of precedence.</summary>
    public IEnumerable<IEnumerable<ContractClause>> Find(IMethodSymbol method)
    {
        ISymbol member = method.AssociatedSymbol is IPropertySymbol property ? property : method;
        return _names.Contains(member.MetadataName.TrimStart('.')) ? Find(member) : Enumerable.Empty<IEnumerable<ContractClause>>();
    }

    /// <summary>What each file says of a type: of a delegate, or of all members.</summary>
    public IEnumerable<IEnumerable<ContractClause>> Find(INamedTypeSymbol type) =>
        _names.Contains(type.Name) ? Find((ISymbol)type) : Enumerable.Empty<IEnumerable<ContractClause>>();

    /// <summary>The name of the member that a documentation ID means.</summary>
    public static string SimpleName(string documentationId) => LastName(QualifiedName(documentationId)).TrimStart('#');

    /// <summary>The word that stands where the member is used: for a constructor the name of its type.</summary>
    public static string WrittenName(string documentationId)
    {
        var name = QualifiedName(documentationId);
        return LastName(name.EndsWith(Constructor, StringComparison.Ordinal) ? name.Substring(0, name.Length - Constructor.Length) : name);
    }

    private static string QualifiedName(string documentationId)
    {
        var end = documentationId.IndexOfAny(EndOfName);
        return end < 0 ? documentationId : documentationId.Substring(0, end);
    }

    private static string LastName(string qualified)
    {
        var name = qualified.Substring(qualified.LastIndexOfAny(StartOfName) + 1);
        var arity = name.IndexOf('`');
        return arity < 0 ? name : name.Substring(0, arity);
    }

    private IEnumerable<IEnumerable<ContractClause>> Find(ISymbol member)
    {
        var id = member.GetDocumentationCommentId() ?? "";
        return _sources.Where(source => source.ContainsKey(id)).Select(source => source[id]);
    }

    private static IEnumerable<string> ReadFamilies() => EmbeddedAlone.Value.All
        .SelectMany(member => member.Value)
        .Where(clause => clause.Word == "Allocates")
        .SelectMany(clause => clause.Arguments.OfType<string>());

    private static Dictionary<string, List<ContractClause>> Index(ContractFile file) => file.Lines
        .GroupBy(line => line.DocumentationId, StringComparer.Ordinal)
        .ToDictionary(lines => lines.Key, lines => lines.SelectMany(line => line.Clauses).ToList(), StringComparer.Ordinal);

    private static IEnumerable<ContractFile> ReadEmbedded()
    {
        var assembly = typeof(FileContracts).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.EndsWith(FileSuffix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return ContractFileParser.Parse(reader.ReadToEnd());
        }
    }
}
