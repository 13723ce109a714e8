using System.Text.RegularExpressions;
using System.Xml.Linq;
using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Architecture;

/// <summary>The runtime is built with every rule on, and what it keeps silent is explained.</summary>
public class OwnRulesTests
{
    private const int KnownSuppressions = 2;

    private static readonly XDocument Project = XDocument.Load(Path.Combine(Repository.Root, "src/Kmem/Kmem.csproj"));

    [Fact]
    public void The_runtime_is_built_with_the_analyzers()
    {
        XElement reference = Assert.Single(Project.Descendants("ProjectReference"), each => each.Attribute("Include")!.Value.EndsWith("/Kmem.Analyzers.csproj", StringComparison.Ordinal));

        Assert.Equal("Analyzer", reference.Attribute("OutputItemType")?.Value);
        Assert.Equal("false", reference.Attribute("ReferenceOutputAssembly")?.Value);
        Assert.Equal("all", reference.Attribute("PrivateAssets")?.Value);
    }

    [Fact]
    public void Every_rule_is_on_and_breaks_the_build()
    {
        Assert.Equal("all", Assert.Single(Project.Descendants("KmemAnalysisPreset")).Value);
        Assert.Contains(Project.Descendants("Import"), each => each.Attribute("Project")!.Value.EndsWith("/build/Kmem.Analyzers.targets", StringComparison.Ordinal));
        Assert.DoesNotContain("KMEM", string.Concat(Project.Descendants("NoWarn").Concat(Project.Descendants("WarningsNotAsErrors")).Select(each => each.Value)), StringComparison.Ordinal);
        Assert.Equal("true", XDocument.Load(Path.Combine(Repository.Root, "Directory.Build.props")).Descendants("TreatWarningsAsErrors").Single().Value);
    }

    [Fact]
    public void What_is_silenced_is_explained()
    {
        string source = string.Concat(Repository.SourceFiles("src/Kmem").Select(File.ReadAllText));

        Assert.DoesNotMatch(@"#pragma\s+warning\s+disable[^\n]*KMEM", source);
        Assert.Equal(KnownSuppressions, Regex.Count(source, @"SuppressMessage\([^)]*KMEM"));
        Assert.Equal(KnownSuppressions, Regex.Count(source, @"SuppressMessage\(""Kmem\.\w+"", ""KMEM\d{4}"", Justification = ""[^""]{40,}""\)"));
    }
}
