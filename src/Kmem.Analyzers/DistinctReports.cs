using System.Globalization;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers;

/// <summary>One defect is one report: of what several rules say of the same place, the one that mends the others too.</summary>
internal sealed class DistinctReports
{
    // A number that is no flags means nothing else; flags that may not sleep do no I/O either.
    private static readonly DiagnosticDescriptor[] OfFlags =
    {
        Rules.UnknownFlagBits, Rules.SleepingFlags, Rules.SleepingCall, Rules.SleepInPerCpuSection,
        Rules.ContradictoryFlags, Rules.FlagsOfOtherContext, Rules.HandCombinedFlags,
    };

    // Whoever releases twice what memory holds reads that memory first.
    private static readonly DiagnosticDescriptor[] OfMemory = { Rules.ReleasedTwice, Rules.UsedAfterRelease };

    private static readonly DiagnosticDescriptor[][] ByWeight = { OfFlags, OfMemory };

    private readonly List<Diagnostic> _reports = new();

    public void Add(Diagnostic diagnostic) => _reports.Add(diagnostic);

    /// <summary>Hands on what is to be reported.</summary>
    public void ReportTo(Action<Diagnostic> report)
    {
        if (_reports.Count == 0)
            return;

        foreach (var place in _reports.GroupBy(diagnostic => diagnostic.Location))
        {
            var told = place.Where(diagnostic => Array.TrueForAll(ByWeight, rules => IsToBeTold(diagnostic, rules, place)));

            // Two pieces of memory may be lost at one place.
            foreach (var same in told.GroupBy(diagnostic => (diagnostic.Id, diagnostic.GetMessage(CultureInfo.InvariantCulture))))
                report(same.First());
        }
    }

    // High memory that cannot be had is not mended by flags that do not sleep.
    private static bool IsToBeTold(Diagnostic diagnostic, DiagnosticDescriptor[] rules, IEnumerable<Diagnostic> place)
    {
        var weight = WeightOf(diagnostic, rules);
        if (weight == rules.Length)
            return true;

        var weightiest = place.Min(other => WeightOf(other, rules));
        var isOfItsOwn = diagnostic.Id == Rules.ContradictoryFlags.Id && !diagnostic.Properties.ContainsKey(DiagnosticProperties.IsAboutSleep);
        return weight == weightiest || (isOfItsOwn && weightiest > 0);
    }

    private static int WeightOf(Diagnostic diagnostic, DiagnosticDescriptor[] rules) =>
        Array.FindIndex(rules, rule => rule.Id == diagnostic.Id) is var weight and >= 0 ? weight : rules.Length;
}
