using System.Globalization;
using System.Text.RegularExpressions;
using Kmem.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Kmem.Analyzers.Tests.Docs;

/// <summary>The presets in build/config name every rule.</summary>
public class PresetTests
{
    public static TheoryData<string> Presets => [.. Files().Select(file => Path.GetFileName(file))];

    [Fact]
    public void There_are_four_presets() => Assert.Equal(
        ["kmem-all.globalconfig", "kmem-dotnet.globalconfig", "kmem-kernel.globalconfig", "kmem-recommended.globalconfig"], Files().Select(Path.GetFileName));

    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_says_of_every_rule_its_title_and_a_severity(string file)
    {
        var entries = Regex.Matches(Read(file), @"^# (.*)\ndotnet_diagnostic\.(\w+)\.severity = (?:none|silent|suggestion|warning|error)$", RegexOptions.Multiline)
            .Select(match => (match.Groups[2].Value, match.Groups[1].Value));

        Assert.Equal(Rules.All.Select(rule => (rule.Id, rule.Title.ToString(CultureInfo.InvariantCulture))), entries);
    }

    // Files of the project itself have level 0 and more.
    [Theory]
    [MemberData(nameof(Presets))]
    public void A_preset_yields_to_the_files_of_a_project(string file) =>
        Assert.Contains("\nis_global = true\nglobal_level = -1\n", Read(file), StringComparison.Ordinal);

    [Fact]
    public void The_recommended_preset_is_the_defaults()
    {
        string text = Read("kmem-recommended.globalconfig");

        Assert.All(Rules.All, rule => Assert.Contains($"dotnet_diagnostic.{rule.Id}.severity = {Name(rule.DefaultSeverity)}\n", text, StringComparison.Ordinal));
    }

    private static string Name(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Hidden => "silent",
        DiagnosticSeverity.Info => "suggestion",
        DiagnosticSeverity.Warning => "warning",
        _ => "error",
    };

    private static string Read(string file) => File.ReadAllText(Path.Combine(Folder, file));

    private static string Folder => Path.Combine(Repository.Root, "build", "config");

    private static IEnumerable<string> Files() => Directory.EnumerateFiles(Folder).Order(StringComparer.Ordinal);
}
