using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Fixes everything in a document, a project or the solution at once, again until no fix is offered any more.</summary>
internal sealed class FixAllRun(AnalyzerRun analyzers, FixSelector selector, FixAllProvider fixAll, FixAllScope scope, IVerifier verifier)
{
    public async Task<FixRunResult> RunAsync(Solution solution, IterationLimit limit, CancellationToken cancellationToken)
    {
        int count = 0;
        while (true)
        {
            SelectedFix? first = await SelectAsync(solution, _ => true, cancellationToken).ConfigureAwait(false);
            if (first is null)
                return new FixRunResult(solution, count, null);
            count++;
            if (count > limit.Maximum)
                return new FixRunResult(solution, count, first);
            Solution changed = await FixEachScopeAsync(solution, cancellationToken).ConfigureAwait(false);
            // What a fix-all leaves as it is, another one would leave again.
            if (!changed.GetChanges(solution).GetProjectChanges().Any())
                return new FixRunResult(solution, count, null);
            solution = changed;
        }
    }

    // One round of the document scope takes every document in turn, one of the project scope every project.
    private async Task<Solution> FixEachScopeAsync(Solution solution, CancellationToken cancellationToken)
    {
        foreach (ImmutableArray<DocumentId> documents in Scopes(solution))
        {
            SelectedFix? fix = await SelectAsync(solution, documents.Contains, cancellationToken).ConfigureAwait(false);
            if (fix is not null)
                solution = await FixAsync(solution, fix, cancellationToken).ConfigureAwait(false);
        }

        return solution;
    }

    private IEnumerable<ImmutableArray<DocumentId>> Scopes(Solution solution) => scope switch
    {
        FixAllScope.Document => [.. solution.Projects.SelectMany(project => project.DocumentIds).Select(id => ImmutableArray.Create(id))],
        FixAllScope.Project => [.. solution.Projects.Select(project => project.DocumentIds.ToImmutableArray())],
        _ => [[.. solution.Projects.SelectMany(project => project.DocumentIds)]],
    };

    private async Task<Solution> FixAsync(Solution solution, SelectedFix fix, CancellationToken cancellationToken)
    {
        string[] ids = [.. fixAll.GetSupportedFixAllDiagnosticIds(selector.Provider)];
        if (!ids.Contains(fix.Diagnostic.Id))
            verifier.Fail($"The fix-all provider does not support {fix.Diagnostic.Id}, which the fix supports.");
        ImmutableArray<Diagnostic> diagnostics = await FindAsync(solution, cancellationToken).ConfigureAwait(false);
        var context = new FixAllContext(
            fix.Document,
            selector.Provider,
            scope,
            fix.Action.EquivalenceKey,
            [fix.Diagnostic.Id],
            new FoundDiagnostics(diagnostics),
            cancellationToken);
        CodeAction? action = await fixAll.GetFixAsync(context).ConfigureAwait(false);
        return action is null ? solution : await selector.ApplyAsync(solution, action, cancellationToken).ConfigureAwait(false);
    }

    private async Task<SelectedFix?> SelectAsync(Solution solution, Func<DocumentId, bool> isInScope, CancellationToken cancellationToken)
    {
        ImmutableArray<Diagnostic> diagnostics = await FindAsync(solution, cancellationToken).ConfigureAwait(false);
        return await selector.SelectAsync(
            solution,
            diagnostics.Where(diagnostic => solution.GetDocumentId(diagnostic.Location.SourceTree) is { } id && isInScope(id)),
            cancellationToken).ConfigureAwait(false);
    }

    private async Task<ImmutableArray<Diagnostic>> FindAsync(Solution solution, CancellationToken cancellationToken)
    {
        ImmutableArray<Diagnostic> all = await analyzers.AnalyzersOnlyAsync(solution, cancellationToken).ConfigureAwait(false);
        return [.. all.Where(diagnostic => !diagnostic.IsSuppressed)];
    }

    /// <summary>Hands the diagnostics found to the fix-all provider, as an editor does.</summary>
    private sealed class FoundDiagnostics(ImmutableArray<Diagnostic> diagnostics) : FixAllContext.DiagnosticProvider
    {
        public override Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            Where(location => document.Project.Solution.GetDocumentId(location.SourceTree) == document.Id);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Where(location => !location.IsInSource);

        public override Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) =>
            Where(location => project.Solution.GetDocumentId(location.SourceTree)?.ProjectId == project.Id);

        private Task<IEnumerable<Diagnostic>> Where(Func<Location, bool> condition) =>
            Task.FromResult(diagnostics.Where(diagnostic => condition(diagnostic.Location)));
    }
}
