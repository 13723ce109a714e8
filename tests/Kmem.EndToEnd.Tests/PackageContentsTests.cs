using System.IO.Compression;
using System.Xml.Linq;
using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>What the packages hold, and what they ask for.</summary>
[Collection(PackedOnce.Name)]
public class PackageContentsTests(PackedPackages packages)
{
    [Fact]
    public void Analyzers_hold_two_assemblies_translations_presets_and_MSBuild_files() => Assert.Equal(
        [
            "README.md",
            "analyzers/dotnet/cs/Kmem.Analyzers.CodeFixes.dll",
            "analyzers/dotnet/cs/Kmem.Analyzers.dll",
            "analyzers/dotnet/cs/zh-Hans/Kmem.Analyzers.resources.dll",
            "analyzers/dotnet/cs/zh-Hant/Kmem.Analyzers.resources.dll",
            "buildTransitive/Kmem.Analyzers.props",
            "buildTransitive/Kmem.Analyzers.targets",
            "buildTransitive/config/kmem-all.globalconfig",
            "buildTransitive/config/kmem-dotnet.globalconfig",
            "buildTransitive/config/kmem-kernel.globalconfig",
            "buildTransitive/config/kmem-recommended.globalconfig",
        ],
        Files("Kmem.Analyzers"));

    [Theory]
    [InlineData("Kmem", "lib/net10.0/Kmem")]
    [InlineData("Kmem.Annotations", "lib/netstandard2.0/Kmem.Annotations")]
    public void A_library_holds_its_assembly_and_its_documentation(string package, string assembly) =>
        Assert.Equal(["README.md", assembly + ".dll", assembly + ".xml"], Files(package));

    [Fact]
    public void Analyzers_are_a_development_dependency_and_ask_for_nothing()
    {
        XElement manifest = Manifest("Kmem.Analyzers");

        Assert.Equal("true", Value(manifest, "developmentDependency"));
        Assert.Empty(Dependencies(manifest));
    }

    [Fact]
    public void Annotations_ask_for_nothing() => Assert.Empty(Dependencies(Manifest("Kmem.Annotations")));

    [Fact]
    public void The_runtime_brings_the_attributes_and_the_analyzers()
    {
        Dictionary<string, XElement> dependencies = Dependencies(Manifest("Kmem")).ToDictionary(element => element.Attribute("id")!.Value);

        Assert.Equal(["Kmem.Analyzers", "Kmem.Annotations"], dependencies.Keys.Order(StringComparer.Ordinal));
        Assert.All(dependencies.Values, element => Assert.Equal(packages.Version, element.Attribute("version")!.Value));
        Assert.Contains("Analyzers", dependencies["Kmem.Analyzers"].Attribute("include")!.Value, StringComparison.Ordinal);
        Assert.Contains("BuildTransitive", dependencies["Kmem.Analyzers"].Attribute("include")!.Value, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Kmem")]
    [InlineData("Kmem.Analyzers")]
    [InlineData("Kmem.Annotations")]
    public void A_package_says_its_license_and_brings_its_readme(string package)
    {
        XElement manifest = Manifest(package);

        Assert.Equal("MIT", Value(manifest, "license"));
        Assert.Equal("README.md", Value(manifest, "readme"));
    }

    private string[] Files(string package)
    {
        using ZipArchive archive = Open(package);
        return [.. archive.Entries.Select(entry => entry.FullName).Where(IsContent).Order(StringComparer.Ordinal)];
    }

    private XElement Manifest(string package)
    {
        using ZipArchive archive = Open(package);
        using Stream stream = archive.GetEntry(package + ".nuspec")!.Open();
        return XElement.Load(stream);
    }

    private ZipArchive Open(string package) => ZipFile.OpenRead(Path.Combine(packages.Feed, $"{package}.{packages.Version}.nupkg"));

    private static IEnumerable<XElement> Dependencies(XElement manifest) =>
        manifest.Descendants().Where(element => element.Name.LocalName == "dependency");

    private static string Value(XElement manifest, string name) =>
        manifest.Descendants().Single(element => element.Name.LocalName == name).Value;

    // The rest is what every package consists of.
    private static bool IsContent(string path) =>
        !path.EndsWith(".nuspec", StringComparison.Ordinal) && !path.StartsWith("_rels/", StringComparison.Ordinal)
        && !path.StartsWith("package/", StringComparison.Ordinal) && path != "[Content_Types].xml";
}
