using System.Text.RegularExpressions;
using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Docs;

/// <summary>docs/architecture.md is a map of the folders that there are.</summary>
public class ArchitecturePageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "architecture.md"));

    [Theory]
    [InlineData("src/Kmem.Analyzers", "The analyzers")]
    [InlineData("src/Kmem.Analyzers.CodeFixes", "The fixes")]
    [InlineData("src/Kmem", "The runtime")]
    public void Its_table_has_every_folder_with_code(string project, string heading)
    {
        string root = Path.Combine(Repository.Root, project);
        var folders = Repository.SourceFiles(project).Select(file => Path.GetRelativePath(root, Path.GetDirectoryName(file)!).Replace('\\', '/'));

        Assert.Equal(folders.Where(folder => folder != ".").Distinct().Order(StringComparer.Ordinal), FoldersBelow(heading).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Its_links_lead_somewhere() => Assert.All(
        Regex.Matches(Page, @"\]\(([^)#]+)\)").Select(match => match.Groups[1].Value),
        link => Assert.True(Path.Exists(Path.Combine(Repository.Root, "docs", link)), link));

    private static IEnumerable<string> FoldersBelow(string heading)
    {
        string section = Regex.Match(Page, $@"^## {heading}\n(.*?)(?=^## )", RegexOptions.Multiline | RegexOptions.Singleline).Groups[1].Value;
        return Regex.Matches(section, @"^\| (`[^|]+`) \|", RegexOptions.Multiline)
            .SelectMany(row => Regex.Matches(row.Groups[1].Value, "`([^`]+)`"))
            .Select(name => name.Groups[1].Value);
    }
}
