using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>How often the fix is applied in each kind of run.</summary>
internal sealed record FixLimits(IterationLimit OneByOne, IterationLimit InDocument, IterationLimit InProject, IterationLimit InSolution);

/// <summary>Runs a fix in all ways and compares each result with the code expected.</summary>
internal sealed class FixVerification(AnalyzerSession session, CodeFixProvider fix, FixSettings settings, IVerifier verifier)
{
    public async Task VerifyAsync(
        EvaluatedState before,
        EvaluatedState afterOne,
        EvaluatedState afterAll,
        FixLimits limits,
        CancellationToken cancellationToken)
    {
        Solution solution = session.Build(before);
        await VerifyLocalAsync(solution, cancellationToken).ConfigureAwait(false);
        await VerifyOneByOneAsync(solution, afterOne, limits.OneByOne, cancellationToken).ConfigureAwait(false);
        if (fix.GetFixAllProvider() is not { } fixAll)
            return;

        (FixAllScope, IterationLimit, CodeFixTestBehaviors)[] runs =
        [
            (FixAllScope.Document, limits.InDocument, CodeFixTestBehaviors.SkipFixAllInDocumentCheck),
            (FixAllScope.Project, limits.InProject, CodeFixTestBehaviors.SkipFixAllInProjectCheck),
            (FixAllScope.Solution, limits.InSolution, CodeFixTestBehaviors.SkipFixAllInSolutionCheck),
        ];
        ImmutableArray<FixAllScope> supported = [.. fixAll.GetSupportedFixAllScopes()];
        foreach ((FixAllScope scope, IterationLimit limit, CodeFixTestBehaviors skip) in runs)
        {
            if (supported.Contains(scope) && !settings.Behaviors.HasFlag(skip))
                await VerifyFixAllAsync(solution, afterAll, fixAll, scope, limit, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task VerifyLocalAsync(Solution solution, CancellationToken cancellationToken)
    {
        if (settings.Behaviors.HasFlag(CodeFixTestBehaviors.SkipLocalDiagnosticCheck))
            return;
        ImmutableArray<Diagnostic> nonLocal = await session.Run.NonLocalAsync(solution, cancellationToken).ConfigureAwait(false);
        Diagnostic? first = nonLocal.FirstOrDefault(diagnostic => fix.FixableDiagnosticIds.Contains(diagnostic.Id) && diagnostic.Location.IsInSource);
        if (first is not null)
        {
            verifier.Fail(
                "A diagnostic with a fix must be reported while its own file is analysed, or editors show neither: " +
                DiagnosticReport.Describe(first));
        }
    }

    private async Task VerifyOneByOneAsync(Solution solution, EvaluatedState after, IterationLimit limit, CancellationToken cancellationToken)
    {
        IVerifier context = verifier.PushContext("fixing one by one");
        var run = new IncrementalFixRun(
            session.Run,
            new FixSelector(fix, settings, context),
            settings.Behaviors.HasFlag(CodeFixTestBehaviors.FixOne));
        await CompareAsync(await run.RunAsync(solution, limit, cancellationToken).ConfigureAwait(false), after, limit, context, cancellationToken)
            .ConfigureAwait(false);
    }

    private async Task VerifyFixAllAsync(
        Solution solution,
        EvaluatedState after,
        FixAllProvider fixAll,
        FixAllScope scope,
        IterationLimit limit,
        CancellationToken cancellationToken)
    {
        IVerifier context = verifier.PushContext($"fix all in {scope}");
        var run = new FixAllRun(session.Run, new FixSelector(fix, settings, context), fixAll, scope, context);
        await CompareAsync(await run.RunAsync(solution, limit, cancellationToken).ConfigureAwait(false), after, limit, context, cancellationToken)
            .ConfigureAwait(false);
    }

    // The text first: it tells more than a wrong number.
    private static async Task CompareAsync(
        FixRunResult result,
        EvaluatedState after,
        IterationLimit limit,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        await FixedFiles.VerifyAsync(result.Solution, after, verifier, cancellationToken).ConfigureAwait(false);
        limit.Verify(result.Count, result.Beyond, verifier);
    }
}
