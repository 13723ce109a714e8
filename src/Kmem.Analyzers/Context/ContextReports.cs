using Kmem.Analyzers.Flow;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Context;

/// <summary>What the analysis of sections and locks found in one body, for all of its rules.</summary>
internal sealed class ContextReports : IReports
{
    public ContextReports()
    {
        Sleeps = new SleepReports(Sections);
        Balance = new BalanceReports(Sections);
        Needs = new NeedsReports(Balance);
    }

    public SectionLog Sections { get; } = new();

    public SleepReports Sleeps { get; }

    public BalanceReports Balance { get; }

    public NeedsReports Needs { get; }

    public DeadlockReports Deadlocks { get; } = new();

    // Where a body ends is noted for every one: what its contract says of that is not known here.
    bool IReports.IsEmpty => false;

    IEnumerable<Diagnostic> IReports.Diagnostics() => Diagnostics(BodyPromise.Nothing);

    /// <summary>The reports, in the order of the code.</summary>
    /// <param name="promise">What the body's contract says of the sections it leaves behind.</param>
    public IEnumerable<Diagnostic> Diagnostics(BodyPromise promise)
    {
        var unbalanced = Balance.FindOpen(promise).ToList();
        return Sleeps.Diagnostics()
            .Concat(unbalanced.Select(Balance.Report))
            .Concat(Balance.FindNeedless(promise))
            .Concat(Deadlocks.Diagnostics(unbalanced))
            .Concat(Needs.Diagnostics())
            .OrderBy(report => report.Location.SourceSpan.Start);
    }
}
