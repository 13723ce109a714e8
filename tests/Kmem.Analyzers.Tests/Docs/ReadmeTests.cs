using System.Text.RegularExpressions;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Docs;

/// <summary>What the README shows works.</summary>
public class ReadmeTests
{
    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    public static TheoryData<string> Code => [.. Example.Blocks(Text, "csharp")];

    [Theory]
    [MemberData(nameof(Code))]
    public async Task Its_code_compiles_and_breaks_no_rule(string code) => Assert.Empty(await Example.AnalyzeAsync(code));

    // Suggestions and hidden reports are not printed by a build.
    [Fact]
    public void Its_faulty_driver_shows_every_warning_once() => Assert.Equal(
        Rules.All.Where(rule => rule.DefaultSeverity == DiagnosticSeverity.Warning).Select(rule => rule.Id),
        Regex.Matches(Text, @"^\S+\(\d+,\d+\): warning (KMEM\d{4}): ", RegexOptions.Multiline).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));

    [Fact]
    public void Its_links_lead_somewhere()
    {
        var links = Regex.Matches(Text, @"\]\(([^)#]+)\)").Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Path.Exists(Path.Combine(Repository.Root, link)), link));
    }

    [Fact]
    public void Its_folders_exist()
    {
        string table = Regex.Match(Text, @"^## Where things are\n(.*?)^## ", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        var folders = Regex.Matches(table, @"^\| `([^`]+)`", RegexOptions.Multiline).Select(match => match.Groups[1].Value).ToList();

        Assert.NotEmpty(folders);
        Assert.All(folders, folder => Assert.True(Directory.Exists(Path.Combine(Repository.Root, folder)), folder));
    }
}
