using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>Programs with the runtime can be trimmed and compiled ahead of time: samples/NativeDriver is published both ways, without a warning, and runs.</summary>
public sealed class NativePublishTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kmem-native-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
        string project = Path.Combine(_folder, "NativeDriver.csproj");
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
        ToolResult publish = Tool.Dotnet(_folder, PackageCache.OfRepository, "publish", project, "--configuration", "Release", "--output", Path.Combine(_folder, "published")).MustSucceed();

        Assert.DoesNotContain("warning", publish.Output, StringComparison.OrdinalIgnoreCase);
    }

    private void AssertRuns(bool aheadOfTime)
    {
        string output = Tool.Program(Path.Combine(_folder, "published", "NativeDriver")).MustSucceed().Output;

        Assert.StartsWith($"compiled ahead of time: {aheadOfTime}\nsensor: 30 samples, sum 195\nrented: 1000 and 1048576 bytes", output, StringComparison.Ordinal);
        Assert.Contains("double free detected", output, StringComparison.Ordinal);
    }
}
