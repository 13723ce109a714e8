using Kmem.EndToEnd.Tests.Support;
using Xunit;

namespace Kmem.EndToEnd.Tests;

/// <summary>Severities, as a project's configuration files and presets set them.</summary>
[Collection(PackedOnce.Name)]
public class SeverityTests : IClassFixture<TwoDefectsProject>
{
    private readonly TwoDefectsProject _project;

    public SeverityTests(TwoDefectsProject project)
    {
        _project = project;
        _project.Reset();
    }

    [Fact]
    public void Without_configuration_both_defects_are_warnings() =>
        Assert.Equal([_project.Sleep("warning"), _project.MissingCheck("warning")], _project.Build(succeeds: true));

    [Fact]
    public void An_editorconfig_makes_a_rule_break_the_build_and_silences_another()
    {
        _project.Project.Write(".editorconfig", """
            root = true
            [*.cs]
            dotnet_diagnostic.KMEM1001.severity = error
            dotnet_diagnostic.KMEM2001.severity = none
            """);

        Assert.Equal([_project.Sleep("error")], _project.Build(succeeds: false));
    }

    [Fact]
    public void An_editorconfig_sets_a_whole_category()
    {
        _project.Project.Write(".editorconfig", """
            root = true
            [*.cs]
            dotnet_analyzer_diagnostic.category-Kmem.Lifetime.severity = error
            """);

        Assert.Equal([_project.Sleep("warning"), _project.MissingCheck("error")], _project.Build(succeeds: false));
    }

    [Theory]
    [InlineData("recommended", "warning", "warning")]
    [InlineData("All", "warning", "warning")]
    [InlineData("kernel", "error", "error")]
    [InlineData("dotnet", null, "warning")]
    public void A_preset_sets_every_rule(string preset, string? sleep, string missingCheck)
    {
        string[] expected = sleep is null ? [_project.MissingCheck(missingCheck)] : [_project.Sleep(sleep), _project.MissingCheck(missingCheck)];

        Assert.Equal(expected, _project.Build(sleep != "error", "-p:KmemAnalysisPreset=" + preset));
    }

    [Fact]
    public void An_editorconfig_goes_before_a_preset()
    {
        _project.Project.Write(".editorconfig", """
            root = true
            [*.cs]
            dotnet_diagnostic.KMEM1001.severity = none
            """);

        Assert.Equal([_project.MissingCheck("error")], _project.Build(succeeds: false, "-p:KmemAnalysisPreset=kernel"));
    }

    [Fact]
    public void Warnings_as_errors_hold_under_a_preset() =>
        Assert.Equal(
            [_project.Sleep("error"), _project.MissingCheck("error")],
            _project.Build(succeeds: false, "-p:KmemAnalysisPreset=recommended", "-p:TreatWarningsAsErrors=true"));

    [Fact]
    public void A_preset_that_does_not_exist_is_an_error_that_names_those_that_do()
    {
        ToolResult result = _project.Project.Build("--no-restore", "-p:KmemAnalysisPreset=strict").MustFail();

        Assert.Contains(
            "KmemAnalysisPreset is 'strict', and there is no such preset. Choose recommended, all, kernel or dotnet, or remove the property.",
            result.Output,
            StringComparison.Ordinal);
    }
}
