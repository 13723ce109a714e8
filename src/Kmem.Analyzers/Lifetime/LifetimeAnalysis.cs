using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Graphs;
using Kmem.Analyzers.Flow.Summaries;
using Microsoft.CodeAnalysis;

namespace Kmem.Analyzers.Lifetime;

/// <summary>Who owns this memory, and may it be null? Rules KMEM2xxx for one compilation.</summary>
internal sealed class LifetimeAnalysis
{
    private readonly SummaryTable _summaries;
    private readonly FieldFamilies _fields;
    private readonly OwnedFields _ownedFields;
    private readonly ReleaseFinder _releases;
    private readonly ThrowingCalls _exceptions;
    private readonly Func<MethodGraph, IMemoryInspector> _createInspector;

    /// <param name="createInspector">Makes what looks on in one run over a body.</param>
    public LifetimeAnalysis(AnalyzedProgram program, Func<IMethodSymbol, bool> mayMatter, Func<MethodGraph, IMemoryInspector> createInspector)
    {
        _createInspector = createInspector;
        _summaries = new SummaryTable(program, mayMatter, Summarizer);
        _fields = new FieldFamilies(program, _summaries);
        _ownedFields = new OwnedFields(program, _fields);
        _releases = new ReleaseFinder(program.Contracts);
        _exceptions = new ThrowingCalls(program);
    }

    /// <summary>Analyses what a type keeps in its fields.</summary>
    public void Analyze(INamedTypeSymbol type, Action<Diagnostic> report, CancellationToken cancellation) => _ownedFields.Check(type, report, cancellation);

    /// <summary>Analyses a body: one run finds its reports and what it means to its callers.</summary>
    public void Analyze(MethodGraph graph, Action<Diagnostic> report, CancellationToken cancellation)
    {
        foreach (var diagnostic in _summaries.FindReports(graph, cancellation)?.Diagnostics() ?? Enumerable.Empty<Diagnostic>())
            report(diagnostic);
    }

    private LifetimeDomain Summarizer(MethodGraph graph, ISummarySource summaries) =>
        new(graph, summaries, new LifetimeReports(_fields, _releases), isForCallers: true, CancellationToken.None)
        {
            Inspector = _createInspector(graph),
            Exceptions = _exceptions,
        };
}
