using System.Text.RegularExpressions;
using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>A project that has every rule of .NET on and takes no warning.</summary>
[Collection(PackedOnce.Name)]
public class StrictProjectTests(PackedPackages packages)
{
    [Fact]
    public void The_readmes_program_builds_without_a_warning_and_runs()
    {
        UserProject project = packages.CreateProject("Kmem");
        project.Replace("User.csproj", "<Nullable>", "<AnalysisLevel>latest-all</AnalysisLevel><TreatWarningsAsErrors>true</TreatWarningsAsErrors><Nullable>");
        project.Write("Program.cs", ProgramInReadme());

        ToolResult build = project.Build("-p:KmemAnalysisPreset=all").MustSucceed();

        Assert.Empty(build.Messages);
        project.Run().MustSucceed();
    }

    private static string ProgramInReadme() => Regex.Matches(File.ReadAllText(Repository.PathOf("README.md")), @"^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)
        .Select(match => match.Groups[1].Value).Single(code => code.Contains("Main(", StringComparison.Ordinal));
}
