using Xunit;

namespace Kmem.Analyzers.Tests.Corpus;

/// <summary>Correct code, as engineers write it: no rule has anything to say about it.</summary>
public class SilentCorpusTests
{
    [Fact]
    public void The_corpus_compiles()
    {
        Assert.Empty(CorpusPart.Kernel.FindErrors());
        Assert.Empty(CorpusPart.DotNet.FindErrors());
    }

    [Fact]
    public Task Nothing_is_reported_in_drivers_and_subsystems() => AssertSilentAsync(CorpusPart.Kernel);

    [Fact]
    public Task Nothing_is_reported_in_libraries_without_the_allocator() => AssertSilentAsync(CorpusPart.DotNet);

    [Fact]
    public void The_corpus_is_large_enough_to_mean_something() =>
        Assert.True(CorpusPart.Kernel.CountLines() + CorpusPart.DotNet.CountLines() >= 6_000, "The corpus has become smaller than 6,000 lines.");

    // The whole list, each report on its own line: what a collection's assertion prints is cut off.
    private static async Task AssertSilentAsync(CorpusPart part)
    {
        string[] reports = await part.AnalyzeAsync();
        Assert.True(reports.Length == 0, string.Join(Environment.NewLine, reports));
    }
}
