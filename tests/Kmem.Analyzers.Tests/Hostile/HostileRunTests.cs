using System.Collections.Immutable;
using Kmem.Analyzers.Tests.Harness;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit;
using Xunit.Sdk;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>The hostile tests can fail.</summary>
public class HostileRunTests
{
    private static readonly CSharpCompilation Fields = Prelude.Compile(new Shape("fields", "class C { int small; }"));

    [Fact]
    public void The_product_has_analyzers() => Assert.NotEmpty(AllAnalyzers.Create());

    [Fact]
    public async Task A_crash_is_seen()
    {
        var run = new HostileRun([new CrashingAnalyzer()]);

        Assert.Contains("CrashingAnalyzer threw", (await Assert.ThrowsAsync<XunitException>(() => run.BuildAsync("fields", Fields))).Message, StringComparison.Ordinal);
        Assert.Contains("CrashingAnalyzer threw", (await Assert.ThrowsAsync<XunitException>(() => run.EditAsync("fields", Fields))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_analysis_without_end_is_ended()
    {
        var run = new HostileRun([new EndlessAnalyzer()], TimeSpan.FromMilliseconds(100));

        var failure = await Assert.ThrowsAsync<XunitException>(() => run.BuildAsync("fields", Fields));

        Assert.Contains("the analysis did not end", failure.Message, StringComparison.Ordinal);
    }
}
