using System.Xml.Linq;
using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Architecture;

/// <summary>What the shipped projects may refer to.</summary>
public class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["Kmem.Annotations"] = [],
        ["Kmem.Analyzers"] = [],
        ["Kmem.Analyzers.CodeFixes"] = ["Kmem.Analyzers"],
        ["Kmem.Analyzers.Package"] = ["Kmem.Analyzers", "Kmem.Analyzers.CodeFixes"],
        ["Kmem"] = ["Kmem.Annotations", "Kmem.Analyzers", "Kmem.Analyzers.Package"],
    };

    private static readonly Dictionary<string, string[]> AllowedPackages = new()
    {
        ["Kmem.Annotations"] = [],
        ["Kmem.Analyzers"] = ["Microsoft.CodeAnalysis.CSharp", "Microsoft.CodeAnalysis.Analyzers"],
        ["Kmem.Analyzers.CodeFixes"] = ["Microsoft.CodeAnalysis.CSharp.Workspaces", "Microsoft.CodeAnalysis.Analyzers"],
        ["Kmem.Analyzers.Package"] = [],
        ["Kmem"] = [],
    };

    [Fact]
    public void Every_project_below_src_is_known() =>
        Assert.Equal(AllowedProjects.Keys.Order(), Repository.Projects("src").Select(Path.GetFileNameWithoutExtension).Order());

    [Theory]
    [InlineData("Kmem.Annotations")]
    [InlineData("Kmem.Analyzers")]
    [InlineData("Kmem.Analyzers.CodeFixes")]
    [InlineData("Kmem.Analyzers.Package")]
    [InlineData("Kmem")]
    public void A_project_refers_only_to_what_it_may(string project)
    {
        XDocument file = XDocument.Load(Path.Combine(Repository.Root, "src", project, project + ".csproj"));

        Assert.Empty(Includes(file, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Except(AllowedProjects[project]));
        Assert.Empty(Includes(file, "PackageReference").Except(AllowedPackages[project]));
    }

    // The compiler loads the analyzers into processes that have no Workspaces.
    [Theory]
    [InlineData("Kmem.Analyzers.dll", "Microsoft.CodeAnalysis.Workspaces")]
    [InlineData("Kmem.Analyzers.dll", "Microsoft.CodeAnalysis.CSharp.Workspaces")]
    [InlineData("Kmem.Analyzers.dll", "Kmem.Annotations")]
    [InlineData("Kmem.Annotations.dll", "Microsoft.CodeAnalysis")]
    [InlineData("Kmem.dll", "Microsoft.CodeAnalysis")]
    public void An_assembly_does_not_load_what_it_must_not(string assembly, string forbidden)
    {
        var loaded = System.Reflection.Assembly.LoadFrom(Path.Combine(AppContext.BaseDirectory, assembly));

        Assert.DoesNotContain(forbidden, loaded.GetReferencedAssemblies().Select(name => name.Name));
    }

    private static IEnumerable<string> Includes(XDocument project, string item) =>
        project.Descendants(item).Select(element => element.Attribute("Include")!.Value.Replace('\\', '/'));
}
