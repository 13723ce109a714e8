using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Contracts;

/// <summary>The project's own contract files. What a text says is read once, and kept while the text stays the same.</summary>
internal static class ContractFiles
{
    private static readonly SourceTextValueProvider<ContractFile> Parser = new(text => ContractFileParser.Parse(text.ToString()));

    /// <summary>Asks the compiler for what was made of a text before.</summary>
    public delegate bool Reader(SourceText text, SourceTextValueProvider<ContractFile> parser, out ContractFile? file);

    public static bool IsContractFile(AdditionalText file) =>
        Path.GetFileName(file.Path).EndsWith(FileContracts.FileSuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>All contract files among the additional files, parsed.</summary>
    public static ContractFile[] Of(ImmutableArray<AdditionalText> files, Reader read, CancellationToken cancellation) => files
        .Where(IsContractFile)
        .Select(file => file.GetText(cancellation) is { } text && read(text, Parser, out var parsed) ? parsed : null)
        .OfType<ContractFile>()
        .ToArray();
}
