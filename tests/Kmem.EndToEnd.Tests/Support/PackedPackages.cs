using System.Globalization;
using Xunit;

namespace Kmem.EndToEnd.Tests.Support;

/// <summary>
/// The packages, packed once for all tests into a folder outside the repository, under a version of this run's own, with a package cache of its own:
/// nothing an earlier run left behind can be taken for them.
/// </summary>
public sealed class PackedPackages : IDisposable
{
    private static readonly string[] s_projects = ["Kmem.Annotations", "Kmem.Analyzers.Package", "Kmem"];

    private readonly TemporaryFolder _root = new("kmem-e2e-");
    private int _projects;

    public PackedPackages()
    {
        File.WriteAllText(_root.PathOf("nuget.config"), $"""
            <configuration>
              <packageSources>
                <clear />
                <add key="packed" value="{Feed}" />
              </packageSources>
              <packageSourceMapping>
                <clear />
              </packageSourceMapping>
            </configuration>
            """);
        foreach (string project in s_projects)
        {
            Tool.Dotnet(
                Repository.PathOf("src", project), null, "pack", "--no-build", "--configuration", Repository.Configuration,
                $"-p:Version={Version}", $"-p:PackageOutputPath={Feed}", $"-p:NuspecOutputPath={_root.PathOf("nuspec")}{Path.DirectorySeparatorChar}").MustSucceed();
        }
    }

    /// <summary>This run's version.</summary>
    public string Version { get; } = string.Create(CultureInfo.InvariantCulture, $"0.1.0-e2e.{DateTime.UtcNow.Ticks}");

    /// <summary>The folder with the packages.</summary>
    public string Feed => _root.PathOf("feed");

    public void Dispose() => _root.Dispose();

    /// <summary>A new project that has one of the packages and no file yet.</summary>
    internal UserProject CreateProject(string package)
    {
        string folder = _root.PathOf("project" + Interlocked.Increment(ref _projects));
        return new UserProject(folder, _root.PathOf("cache"), package, Version);
    }
}
