using System;
using System.Threading;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.States;
using Kmem.Analyzers.Flow.Summaries;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Who owns this memory, and may it be null? Rules KMEM2001 and 2002 for one compilation.</summary>
internal sealed class LifetimeAnalysis
{
    private readonly AnalyzedProgram _program;
    private readonly SummaryTable _summaries;
    private readonly FieldFamilies _fields;
    private readonly ReleaseFinder _releases;

    public LifetimeAnalysis(AnalyzedProgram program, Func<IMethodSymbol, bool> mayMatter)
    {
        _program = program;
        _summaries = new SummaryTable(program, mayMatter, Summarizer);
        _fields = new FieldFamilies(program, _summaries);
        _releases = new ReleaseFinder(program.Contracts);
    }

    public void Analyze(MethodGraph graph, Action<Diagnostic> report, CancellationToken cancellation)
    {
        var reports = new LifetimeReports(_fields, _releases);
        var domain = new LifetimeDomain(_summaries, reports, cancellation);
        new Solver(graph, domain, _program, cancellation).Run(new PathState(domain.Initial));
        foreach (var diagnostic in reports.Diagnostics())
            report(diagnostic);
    }

    private static LifetimeDomain Summarizer(MethodGraph graph, ISummarySource summaries) =>
        new(summaries, SilentObserver.Instance, CancellationToken.None);
}
