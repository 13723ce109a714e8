using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.CodeFixes.Engine;

/// <summary>The contracts of a document's project, from the sources the analyzers have.</summary>
internal static class SiteContracts
{
    public static ContractTable Of(Project project, CancellationToken cancellation) => new(new FileContracts(Files(project, cancellation).ToImmutableArray()));

    private static IEnumerable<ContractFile> Files(Project project, CancellationToken cancellation)
    {
        foreach (var file in project.AnalyzerOptions.AdditionalFiles)
        {
            if (file.Path.EndsWith(FileContracts.FileSuffix, StringComparison.OrdinalIgnoreCase) && file.GetText(cancellation) is { } text)
                yield return ContractFileParser.Parse(text.ToString());
        }
    }
}
