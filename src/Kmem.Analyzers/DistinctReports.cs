using System;
using System.Collections.Generic;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers;

/// <summary>One defect is one report: what one analysis has said of a place, another does not say again in other words.</summary>
internal sealed class DistinctReports
{
    private readonly Action<Diagnostic> _report;
    private readonly HashSet<TextSpan> _sleeping = new();

    public DistinctReports(Action<Diagnostic> report) => _report = report;

    public void Add(Diagnostic diagnostic)
    {
        var span = diagnostic.Location.SourceSpan;
        if (diagnostic.Id == Rules.SleepingFlags.Id || diagnostic.Id == Rules.SleepInPerCpuSection.Id)
            _sleeping.Add(span);
        else if (diagnostic.Properties.ContainsKey(DiagnosticProperties.IsAboutSleep) && _sleeping.Contains(span))
            return;

        _report(diagnostic);
    }
}
