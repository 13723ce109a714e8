using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>The same project compiled alone and with sets of analyzers in turn, so that a slow moment of the machine meets all of them.</summary>
internal sealed class Comparison
{
    private readonly Dictionary<AnalyzerSet, List<CompilerRun>> _runs = [];

    private Comparison()
    {
    }

    public static Comparison Of(GeneratedProject project, IReadOnlyList<AnalyzerSet> sets, int rounds)
    {
        var comparison = new Comparison();
        foreach (var set in sets.Prepend(AnalyzerSet.None))
            comparison._runs[set] = [];
        for (var round = 0; round < rounds; round++)
        {
            foreach (var (set, runs) in comparison._runs)
                runs.Add(CompilerRun.Of(project, set));
        }

        return comparison;
    }

    public double Median(AnalyzerSet set, Func<CompilerRun, double> measure) => _runs[set].Select(measure).Median();

    /// <summary>The median, over rounds, of what analyzers add to the compiler's time, as a part of that.</summary>
    public double Ratio(AnalyzerSet set, Func<CompilerRun, double> measure) =>
        _runs[set].Zip(_runs[AnalyzerSet.None], (with, alone) => (measure(with) - measure(alone)) / measure(alone)).Median();
}
