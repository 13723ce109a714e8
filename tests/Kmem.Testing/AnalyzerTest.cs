using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>
/// Runs analyzers over code and compares what they say with what is expected. Stands in for Microsoft.CodeAnalysis.Testing, under that
/// package's names, so that the package can take its place.
/// </summary>
public abstract class AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    /// <summary>Adds a source file to <see cref="TestState"/>.</summary>
    public string TestCode
    {
        set => TestState.Sources.Add(value);
    }

    /// <summary>The code to analyse.</summary>
    public SolutionState TestState { get; } = new();

    /// <summary>Diagnostics expected in <see cref="TestState"/> beside those that markup says.</summary>
    public List<DiagnosticResult> ExpectedDiagnostics => TestState.ExpectedDiagnostics;

    /// <summary>How markup is read.</summary>
    public MarkupOptions MarkupOptions { get; set; }

    /// <summary>Which diagnostics of the compiler count.</summary>
    public CompilerDiagnostics CompilerDiagnostics { get; set; } = CompilerDiagnostics.Errors;

    /// <summary>Ids that are switched off.</summary>
    public List<string> DisabledDiagnostics { get; } = [];

    /// <summary>The framework the code is compiled against.</summary>
    public ReferenceAssemblies ReferenceAssemblies { get; set; } = ReferenceAssemblies.Default;

    /// <summary>Checks that are left out.</summary>
    public TestBehaviors TestBehaviors { get; set; }

    /// <summary>Changes made to the solution before it is analysed; the id is that of the test's own project.</summary>
    public List<Func<Solution, ProjectId, Solution>> SolutionTransforms { get; } = [];

    /// <summary>Runs the test.</summary>
    public Task RunAsync(CancellationToken cancellationToken = default) => RunImplAsync(cancellationToken);

    /// <summary>The analyzers under test.</summary>
    protected abstract IEnumerable<DiagnosticAnalyzer> GetDiagnosticAnalyzers();

    /// <summary>Options of the compilation, without the severities that the test itself sets.</summary>
    protected abstract CompilationOptions CreateCompilationOptions();

    /// <summary>Options of the parser.</summary>
    protected abstract ParseOptions CreateParseOptions();

    /// <summary>The descriptor that <c>[|text|]</c> means; null for the only one of the first analyzer.</summary>
    protected virtual DiagnosticDescriptor? GetDefaultDiagnostic(DiagnosticAnalyzer[] analyzers) => null;

    /// <summary>What <see cref="RunAsync"/> does.</summary>
    protected virtual Task RunImplAsync(CancellationToken cancellationToken)
    {
        AnalyzerSession session = CreateSession();
        return session.VerifyFullyAsync(session.Evaluate(TestState, []), new TVerifier(), cancellationToken);
    }

    internal AnalyzerSession CreateSession()
    {
        DiagnosticAnalyzer[] analyzers = [.. GetDiagnosticAnalyzers()];
        return new AnalyzerSession(
            [.. analyzers],
            new MarkupMeaning([.. analyzers], MarkupOptions, GetDefaultDiagnostic(analyzers)),
            new SolutionBuilder(project => SetupOf(project, analyzers), SolutionTransforms),
            CompilerDiagnostics,
            TestBehaviors);
    }

    private ProjectSetup SetupOf(ProjectState project, DiagnosticAnalyzer[] analyzers)
    {
        CompilationOptions options = CreateCompilationOptions();
        options = options
            .WithOutputKind(project.OutputKind ?? options.OutputKind)
            .WithSpecificDiagnosticOptions(Severities(options, analyzers));
        return new ProjectSetup(options, CreateParseOptions(), ReferenceAssemblies.References.AddRange(project.AdditionalReferences));
    }

    // Rules that are off by default run too; rules that are on are left to the test's own configuration files.
    private ImmutableDictionary<string, ReportDiagnostic> Severities(CompilationOptions options, DiagnosticAnalyzer[] analyzers)
    {
        ImmutableDictionary<string, ReportDiagnostic> severities = options.SpecificDiagnosticOptions;
        foreach (DiagnosticDescriptor descriptor in analyzers.SelectMany(analyzer => analyzer.SupportedDiagnostics))
        {
            if (!descriptor.IsEnabledByDefault)
                severities = severities.SetItem(descriptor.Id, Report(descriptor.DefaultSeverity));
        }

        return severities.SetItem(AnalyzerRun.CrashId, ReportDiagnostic.Error)
            .SetItems(DisabledDiagnostics.Select(id => KeyValuePair.Create(id, ReportDiagnostic.Suppress)));
    }

    private static ReportDiagnostic Report(DiagnosticSeverity severity) => severity switch
    {
        DiagnosticSeverity.Error => ReportDiagnostic.Error,
        DiagnosticSeverity.Warning => ReportDiagnostic.Warn,
        DiagnosticSeverity.Info => ReportDiagnostic.Info,
        _ => ReportDiagnostic.Hidden,
    };
}
