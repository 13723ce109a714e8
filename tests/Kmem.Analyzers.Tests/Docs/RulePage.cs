using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Tests.Docs;

/// <summary>A rule's page below docs/rules, with its examples.</summary>
internal sealed class RulePage
{
    private readonly string _path;

    public RulePage(string id)
    {
        _path = Path.Combine(Repository.Root, "docs", "rules", id + ".md");
        Text = File.ReadAllText(_path);
    }

    public string Text { get; }

    /// <summary>What all analyzers report in the example below a heading; an example that does not compile throws.</summary>
    public async Task<ImmutableArray<Diagnostic>> AnalyzeExampleAsync(string heading)
    {
        string section = Regex.Match(Text, $@"^## {heading}\n(.*?)^## ", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        string code = Example.Blocks(section, "csharp").SingleOrDefault() ?? throw new InvalidOperationException($"{_path} has no example below '{heading}'.");
        return await Example.AnalyzeAsync(code, Example.Blocks(section, "kmemcontracts").SingleOrDefault());
    }
}
