using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Contracts;

/// <summary>The project's own contract files. What a text says is read once, and kept while the text stays the same.</summary>
internal static class ContractFiles
{
    public static readonly SourceTextValueProvider<ContractFile> Parser = new(text => ContractFileParser.Parse(text.ToString()));

    public static bool IsContractFile(AdditionalText file) =>
        Path.GetFileName(file.Path).EndsWith(FileContracts.FileSuffix, StringComparison.OrdinalIgnoreCase);

    /// <summary>All contract files among the additional files, parsed.</summary>
    /// <param name="parse">Asks the compiler for what <see cref="Parser"/> made of a text.</param>
    public static IEnumerable<ContractFile> Of(
        ImmutableArray<AdditionalText> files, Func<SourceText, ContractFile?> parse, CancellationToken cancellation) =>
        files.Where(IsContractFile)
            .Select(file => file.GetText(cancellation) is { } text ? parse(text) : null)
            .OfType<ContractFile>();
}
