using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Contracts;

/// <summary>The contracts of all contract files, the user's own before those that come with the analyzers.</summary>
internal sealed class FileContracts
{
    /// <summary>How the names of contract files end.</summary>
    public const string FileSuffix = ".KmemContracts.txt";

    private static readonly char[] StartOfName = { '.', ':' };
    private static readonly char[] EndOfName = { '(', '~' };
    private static readonly Lazy<ImmutableArray<ContractFile>> Embedded = new(() => ReadEmbedded().ToImmutableArray());

    private readonly Dictionary<string, List<ContractClause>> _clauses = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public FileContracts(IEnumerable<ContractFile> files)
    {
        foreach (var line in files.Concat(Embedded.Value).SelectMany(file => file.Lines))
        {
            if (!_clauses.TryGetValue(line.DocumentationId, out var clauses))
                _clauses.Add(line.DocumentationId, clauses = new List<ContractClause>());
            clauses.AddRange(line.Clauses);
            _names.Add(SimpleName(line.DocumentationId));
        }
    }

    public IEnumerable<KeyValuePair<string, List<ContractClause>>> All => _clauses;

    /// <summary>What the files say of a member, or of the property that it is an accessor of.</summary>
    public IEnumerable<ContractClause> Find(IMethodSymbol method)
    {
        if (method.AssociatedSymbol is IPropertySymbol property && _names.Contains(property.MetadataName))
            return Find(property.GetDocumentationCommentId());

        return _names.Contains(method.Name.TrimStart('.')) ? Find(method.GetDocumentationCommentId()) : Enumerable.Empty<ContractClause>();
    }

    /// <summary>The name of the member that a documentation ID means.</summary>
    public static string SimpleName(string documentationId)
    {
        var end = documentationId.IndexOfAny(EndOfName);
        var name = end < 0 ? documentationId : documentationId.Substring(0, end);
        name = name.Substring(name.LastIndexOfAny(StartOfName) + 1);
        var arity = name.IndexOf('`');
        return (arity < 0 ? name : name.Substring(0, arity)).TrimStart('#');
    }

    private IEnumerable<ContractClause> Find(string? documentationId) =>
        documentationId is not null && _clauses.TryGetValue(documentationId, out var clauses) ? clauses : Enumerable.Empty<ContractClause>();

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
