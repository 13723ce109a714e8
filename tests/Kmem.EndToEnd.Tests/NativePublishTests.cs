using System.Text.RegularExpressions;
using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>Programs with the runtime can be trimmed and compiled ahead of time: samples/NativeDriver is published both ways, without a warning, and runs.</summary>
public sealed partial class NativePublishTests : IDisposable
{
    private const int RestoreAttempts = 3;

    private readonly TemporaryFolder _folder = new("kmem-native-");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_trimmed_driver_runs()
    {
        Publish("net10.0", "<PublishTrimmed>true</PublishTrimmed>", $"""
            <Reference Include="{Repository.PathOf("samples", "NativeDriver", "bin", Repository.Configuration, "net10.0", "Kmem*.dll")}" />
            """);

        AssertRuns(aheadOfTime: false);
    }

    // From the sources, for .NET 9: there the native framework is part of the compiler's package, while that of .NET 10 is a package which mirrors of nuget.org may lack.
    [Fact]
    public void A_driver_compiled_ahead_of_time_runs()
    {
        Publish("net9.0", "<PublishAot>true</PublishAot>", Sources("src", "Kmem") + Sources("src", "Kmem.Annotations"));

        AssertRuns(aheadOfTime: true);
    }

    private static string Sources(params string[] path)
    {
        string folder = Repository.PathOf(path);
        return $"""<Compile Include="{folder}/**/*.cs" Exclude="{folder}/bin/**;{folder}/obj/**" />""";
    }

    private void Publish(string framework, string how, string runtime)
    {
        string project = _folder.PathOf("NativeDriver.csproj");
        File.WriteAllText(project, $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>{framework}</TargetFramework>
                <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
                <SelfContained>true</SelfContained>
                {how}
                <TrimmerSingleWarn>false</TrimmerSingleWarn>
                <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                <NuGetAudit>false</NuGetAudit>
                <InvariantGlobalization>true</InvariantGlobalization>
                <LangVersion>latest</LangVersion>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <AllowUnsafeBlocks>true</AllowUnsafeBlocks>
                <NoWarn>CS8981</NoWarn>
              </PropertyGroup>
              <ItemGroup>
                {Sources("samples", "NativeDriver")}
                {runtime}
              </ItemGroup>
            </Project>
            """);
        Restore(project);
        ToolResult publish = Tool.Dotnet(_folder.Path, null, "publish", project, "--no-restore", "--configuration", "Release", "--output", _folder.PathOf("published")).MustSucceed();

        Assert.DoesNotMatch(Warning(), publish.Output);
    }

    // The compiler and the runtime are packages of some hundred megabytes: the only step that needs a network, and so the only one that is tried again.
    private void Restore(string project)
    {
        ToolResult restore = Tool.Dotnet(_folder.Path, null, "restore", project);
        for (int attempt = 1; restore.ExitCode != 0 && attempt < RestoreAttempts; attempt++)
            restore = Tool.Dotnet(_folder.Path, null, "restore", project);
        restore.MustSucceed();
    }

    private void AssertRuns(bool aheadOfTime)
    {
        string output = Tool.Program(_folder.PathOf("published", "NativeDriver")).MustSucceed().Output;

        Assert.StartsWith($"compiled ahead of time: {aheadOfTime}\nsensor: 30 samples, sum 195\nrented: 1000 and 1048576 bytes", output, StringComparison.Ordinal);
        Assert.Contains("double free detected", output, StringComparison.Ordinal);
    }

    // The linker's remarks about the system's own libraries have no number.
    [GeneratedRegex(@"\bwarning [A-Z]+\d+")]
    private static partial Regex Warning();
}
