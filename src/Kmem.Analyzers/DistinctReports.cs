using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers;

/// <summary>One defect is one report: of what several rules say of the same flags, the one that mends the others too.</summary>
internal sealed class DistinctReports
{
    // A number that is no flags means nothing else; flags that may not sleep do no I/O either.
    private static readonly DiagnosticDescriptor[] ByWeight =
    {
        Rules.UnknownFlagBits, Rules.SleepingFlags, Rules.SleepingCall, Rules.SleepInPerCpuSection,
        Rules.ContradictoryFlags, Rules.FlagsOfOtherContext, Rules.HandCombinedFlags,
    };

    private readonly List<Diagnostic> _reports = new();

    public void Add(Diagnostic diagnostic) => _reports.Add(diagnostic);

    /// <summary>Hands on what is to be reported.</summary>
    public void ReportTo(Action<Diagnostic> report)
    {
        if (_reports.Count == 0)
            return;

        foreach (var place in _reports.GroupBy(diagnostic => diagnostic.Location))
        {
            var weightiest = place.Min(WeightOf);
            var isReleasedTwice = place.Any(diagnostic => diagnostic.Id == Rules.ReleasedTwice.Id);
            var told = place.Where(diagnostic => IsToBeTold(diagnostic, weightiest) && !(isReleasedTwice && diagnostic.Id == Rules.UsedAfterRelease.Id));

            // Two pieces of memory may be lost at one place. Whoever releases twice what memory holds reads that memory first.
            foreach (var same in told.GroupBy(diagnostic => (diagnostic.Id, diagnostic.GetMessage(CultureInfo.InvariantCulture))))
                report(same.First());
        }
    }

    private static int WeightOf(Diagnostic diagnostic) => Array.FindIndex(ByWeight, rule => rule.Id == diagnostic.Id) is var weight and >= 0 ? weight : ByWeight.Length;

    // High memory that cannot be had is not mended by flags that do not sleep.
    private static bool IsToBeTold(Diagnostic diagnostic, int weightiest)
    {
        var weight = WeightOf(diagnostic);
        var isOfItsOwn = diagnostic.Id == Rules.ContradictoryFlags.Id && !diagnostic.Properties.ContainsKey(DiagnosticProperties.IsAboutSleep);
        return weight == weightiest || weight == ByWeight.Length || (isOfItsOwn && weightiest > 0);
    }
}
