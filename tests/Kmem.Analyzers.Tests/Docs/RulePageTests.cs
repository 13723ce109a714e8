using System.Globalization;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Docs;

/// <summary>Each rule has a page that says what the table of rules says, and whose examples are what they claim to be.</summary>
public class RulePageTests
{
    public static TheoryData<string> Ids => [.. Rules.All.Select(rule => rule.Id)];

    [Fact]
    public void Every_page_is_of_a_rule() => Assert.Equal(
        Rules.All.Select(rule => rule.Id).Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "rules"), "KMEM*.md").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_has_the_title_category_and_severity_of_its_rule(string id)
    {
        var rule = Rule(id);
        string[] lines = new RulePage(id).Text.Split('\n');

        Assert.Equal($"# {id}: {Title(rule)}", lines[0]);
        Assert.StartsWith($"| {rule.Category} | {rule.DefaultSeverity} | ", lines[4], StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_rule_links_to_its_page(string id) =>
        Assert.EndsWith($"/docs/rules/{id}.md", Rule(id).HelpLinkUri, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Ids))]
    public void A_page_has_every_section_in_order(string id)
    {
        var headings = new RulePage(id).Text.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal));

        Assert.Equal(["## Why", "## Bad", "## Good", "## Fixes", "## Configure", "## Known limits"], headings);
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_bad_example_breaks_this_rule_once_and_no_other(string id) =>
        Assert.Equal(id, Assert.Single(await new RulePage(id).AnalyzeExampleAsync("Bad")).Id);

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_good_example_breaks_no_rule(string id) =>
        Assert.Empty(await new RulePage(id).AnalyzeExampleAsync("Good"));

    [Theory]
    [MemberData(nameof(Ids))]
    public void The_readme_lists_a_rule_as_it_is(string id)
    {
        var rule = Rule(id);
        string readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

        Assert.Contains($"| [{id}](docs/rules/{id}.md) | {Title(rule)} | {rule.DefaultSeverity} |", readme, StringComparison.Ordinal);
    }

    private static DiagnosticDescriptor Rule(string id) => Rules.All.Single(rule => rule.Id == id);

    private static string Title(DiagnosticDescriptor rule) => rule.Title.ToString(CultureInfo.InvariantCulture);
}
