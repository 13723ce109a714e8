using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>The analyzers over the code of this repository, their own included.</summary>
public class OwnSourceTests
{
    private static readonly string[] Folders = ["src", "tests", "samples"];

    public static TheoryData<string> Projects =>
    [
        .. Folders.SelectMany(Repository.Projects).Select(project => Path.GetDirectoryName(project)!),
    ];

    [Theory]
    [MemberData(nameof(Projects))]
    public Task A_project_of_this_repository_is_analysed(string folder) =>
        new HostileRun().BuildAsync(folder, SourceProject.CompileFolder(folder));
}
