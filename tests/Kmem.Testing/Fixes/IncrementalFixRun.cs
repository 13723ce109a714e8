using System.Collections.Immutable;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Fixes one diagnostic after the other until no fix is offered any more.</summary>
internal sealed class IncrementalFixRun(AnalyzerRun analyzers, FixSelector selector, bool onlyOne)
{
    public async Task<FixRunResult> RunAsync(Solution solution, IterationLimit limit, CancellationToken cancellationToken)
    {
        int count = 0;
        while (true)
        {
            ImmutableArray<Diagnostic> diagnostics = await analyzers.AnalyzersOnlyAsync(solution, cancellationToken).ConfigureAwait(false);
            SelectedFix? fix = await selector.SelectAsync(solution, diagnostics.Where(diagnostic => !diagnostic.IsSuppressed), cancellationToken)
                .ConfigureAwait(false);
            if (fix is null)
                return new FixRunResult(solution, count, null);
            count++;
            if (count > limit.Maximum)
                return new FixRunResult(solution, count, fix);
            solution = await selector.ApplyAsync(solution, fix.Action, cancellationToken).ConfigureAwait(false);
            if (onlyOne)
                return new FixRunResult(solution, count, null);
        }
    }
}

/// <summary>What a run made of a solution, how often a fix was offered, and the fix that was offered beyond the limit.</summary>
internal sealed record FixRunResult(Solution Solution, int Count, SelectedFix? Beyond);
