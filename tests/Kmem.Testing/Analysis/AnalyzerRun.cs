using System.Collections.Immutable;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Runs analyzers over a solution.</summary>
internal sealed class AnalyzerRun(ImmutableArray<DiagnosticAnalyzer> analyzers)
{
    /// <summary>The id the compiler gives an exception that an analyzer threw.</summary>
    public const string CrashId = "AD0001";

    private readonly Dictionary<Solution, ImmutableArray<Diagnostic>> _known = [];

    /// <summary>What the compiler and the analyzers say, suppressed diagnostics included.</summary>
    public Task<ImmutableArray<Diagnostic>> AllAsync(Solution solution, CancellationToken cancellationToken) =>
        EachProjectAsync(solution, run => run.GetAllDiagnosticsAsync(cancellationToken), cancellationToken);

    /// <summary>What the analyzers alone say, suppressed diagnostics included. The runs of a fix ask for the same solutions again and again.</summary>
    public async Task<ImmutableArray<Diagnostic>> AnalyzersOnlyAsync(Solution solution, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(solution, out ImmutableArray<Diagnostic> diagnostics))
        {
            diagnostics = await EachProjectAsync(solution, run => run.GetAnalyzerDiagnosticsAsync(cancellationToken), cancellationToken)
                .ConfigureAwait(false);
            _known.Add(solution, diagnostics);
        }

        return diagnostics;
    }

    /// <summary>What the analyzers say outside the file they look at: an editor never shows these while typing.</summary>
    public Task<ImmutableArray<Diagnostic>> NonLocalAsync(Solution solution, CancellationToken cancellationToken) =>
        EachProjectAsync(
            solution,
            async run =>
            {
                AnalysisResult result = await run.GetAnalysisResultAsync(cancellationToken).ConfigureAwait(false);
                return [.. result.CompilationDiagnostics.Values.SelectMany(diagnostics => diagnostics)];
            },
            cancellationToken);

    private async Task<ImmutableArray<Diagnostic>> EachProjectAsync(
        Solution solution,
        Func<CompilationWithAnalyzers, Task<ImmutableArray<Diagnostic>>> run,
        CancellationToken cancellationToken)
    {
        var all = ImmutableArray.CreateBuilder<Diagnostic>();
        foreach (Project project in solution.Projects)
        {
            Compilation compilation = (await project.GetCompilationAsync(cancellationToken).ConfigureAwait(false))!;
            var options = new CompilationWithAnalyzersOptions(
                project.AnalyzerOptions,
                onAnalyzerException: null,
                concurrentAnalysis: true,
                logAnalyzerExecutionTime: false,
                reportSuppressedDiagnostics: true);
            all.AddRange(await run(compilation.WithAnalyzers(analyzers, options)).ConfigureAwait(false));
        }

        // What is said of one place stays in the order in which it was said.
        return [.. all.Order(ByPlace.Instance)];
    }

    private sealed class ByPlace : IComparer<Diagnostic>
    {
        public static readonly ByPlace Instance = new();

        public int Compare(Diagnostic? x, Diagnostic? y)
        {
            int order = string.CompareOrdinal(x!.Location.GetLineSpan().Path, y!.Location.GetLineSpan().Path);
            if (order == 0)
                order = x.Location.SourceSpan.Start.CompareTo(y.Location.SourceSpan.Start);
            if (order == 0)
                order = x.Location.SourceSpan.End.CompareTo(y.Location.SourceSpan.End);
            return order != 0 ? order : string.CompareOrdinal(x.Id, y.Id);
        }
    }
}
