using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;
using Xunit.Sdk;

namespace Kmem.Analyzers.Tests.Hostile;

/// <summary>Runs analyzers over code, whatever it is, and fails on an exception or when they do not come to an end.</summary>
internal sealed class HostileRun(ImmutableArray<DiagnosticAnalyzer> analyzers, TimeSpan hangGuard)
{
    // A thousand times what the largest shape takes, because other tests and programs may have the processors: it only ends what would never end.
    private static readonly TimeSpan DefaultHangGuard = TimeSpan.FromMinutes(30);

    public HostileRun()
        : this(AllAnalyzers.Create())
    {
    }

    public HostileRun(ImmutableArray<DiagnosticAnalyzer> analyzers)
        : this(analyzers, DefaultHangGuard)
    {
    }

    /// <summary>Analyses as a build does.</summary>
    public Task BuildAsync(string name, CSharpCompilation compilation, params AdditionalText[] additionalFiles) =>
        RunAsync(name, compilation, additionalFiles, (run, token) => run.GetAnalyzerDiagnosticsAsync(token));

    /// <summary>Analyses file by file, as an editor does.</summary>
    public Task EditAsync(string name, CSharpCompilation compilation) =>
        RunAsync(name, compilation, [], async (run, token) =>
        {
            foreach (SyntaxTree tree in compilation.SyntaxTrees)
                await run.GetAnalyzerSemanticDiagnosticsAsync(compilation.GetSemanticModel(tree), filterSpan: null, token);
        });

    private async Task RunAsync(
        string name,
        CSharpCompilation compilation,
        AdditionalText[] additionalFiles,
        Func<CompilationWithAnalyzers, CancellationToken, Task> analyze)
    {
        var crashes = new ConcurrentQueue<string>();
        using var guard = new CancellationTokenSource(hangGuard);
        var options = new CompilationWithAnalyzersOptions(
            new AnalyzerOptions([.. additionalFiles]),
            (exception, analyzer, _) => crashes.Enqueue($"{name}: {analyzer.GetType().Name} threw {exception}"),
            concurrentAnalysis: true,
            logAnalyzerExecutionTime: false);
        try
        {
            // The second wait ends analyzers that do not look at their token.
            await analyze(new CompilationWithAnalyzers(compilation, analyzers, options), guard.Token).WaitAsync(hangGuard * 1.5);
        }
        catch (Exception exception) when (exception is OperationCanceledException or TimeoutException)
        {
            throw new XunitException($"{name}: the analysis did not end within {hangGuard}.");
        }

        if (crashes.TryDequeue(out string? first))
            throw new XunitException($"{first}{Environment.NewLine}and {crashes.Count} more.");
    }
}
