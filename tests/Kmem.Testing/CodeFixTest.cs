using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>
/// Runs an analyzer and its fix over code: one diagnostic at a time, then all at once in documents, projects and the solution. Without
/// fixed code only the diagnostics are checked; fixed code equal to the test code says that no fix is offered.
/// </summary>
public abstract class CodeFixTest<TVerifier> : AnalyzerTest<TVerifier>
    where TVerifier : IVerifier, new()
{
    /// <summary>Adds a source file to <see cref="FixedState"/>.</summary>
    public string FixedCode
    {
        set => FixedState.Sources.Add(value);
    }

    /// <summary>Adds a source file to <see cref="BatchFixedState"/>.</summary>
    public string BatchFixedCode
    {
        set => BatchFixedState.Sources.Add(value);
    }

    /// <summary>The code after every diagnostic was fixed by itself; what it leaves open is as in <see cref="AnalyzerTest{TVerifier}.TestState"/>.</summary>
    public SolutionState FixedState { get; } = new();

    /// <summary>The code after a fix-all; what it leaves open is as in <see cref="FixedState"/>.</summary>
    public SolutionState BatchFixedState { get; } = new();

    /// <summary>Which of the actions offered is applied, from 0; null for the first that fits.</summary>
    public int? CodeActionIndex { get; set; }

    /// <summary>The equivalence key of the action that is applied; null for any.</summary>
    public string? CodeActionEquivalenceKey { get; set; }

    /// <summary>Looks at each action before it is applied.</summary>
    public Action<CodeAction, IVerifier>? CodeActionVerifier { get; set; }

    /// <summary>How the tree that a fix built is compared with the tree of its text.</summary>
    public CodeActionValidationMode CodeActionValidationMode { get; set; } = CodeActionValidationMode.SemanticStructure;

    /// <summary>Checks of the fix that are left out.</summary>
    public CodeFixTestBehaviors CodeFixTestBehaviors { get; set; }

    /// <summary>How often the fix is applied one by one: exactly so often, or, negative, at most; null: at most once for each diagnostic.</summary>
    public int? NumberOfIncrementalIterations { get; set; }

    /// <summary>How often fix-all is applied, with the same meaning; null: once.</summary>
    public int? NumberOfFixAllIterations { get; set; }

    /// <summary>How often fix-all is applied in documents; null: as in the other scopes.</summary>
    public int? NumberOfFixAllInDocumentIterations { get; set; }

    /// <summary>How often fix-all is applied in projects; null: as in the other scopes.</summary>
    public int? NumberOfFixAllInProjectIterations { get; set; }

    /// <summary>The fix under test.</summary>
    protected abstract IEnumerable<CodeFixProvider> GetCodeFixProviders();

    /// <inheritdoc/>
    protected override async Task RunImplAsync(CancellationToken cancellationToken)
    {
        var verifier = new TVerifier();
        CodeFixProvider fix = GetCodeFixProviders().Single();
        FixExport.Verify(fix.GetType(), verifier);
        AnalyzerSession session = CreateSession();

        EvaluatedState before = session.Evaluate(TestState, fix.FixableDiagnosticIds);
        await session.VerifyFullyAsync(before, verifier.PushContext("diagnostics of the test code"), cancellationToken).ConfigureAwait(false);
        if (!FixedState.IsGiven && !BatchFixedState.IsGiven)
            return;

        SolutionState one = FixedState.Inherit(TestState, fix.FixableDiagnosticIds);
        SolutionState all = BatchFixedState.Inherit(one, fix.FixableDiagnosticIds);
        EvaluatedState afterOne = session.Evaluate(one, fix.FixableDiagnosticIds);
        EvaluatedState afterAll = session.Evaluate(all, fix.FixableDiagnosticIds);
        await session.VerifyAsync(afterOne, verifier.PushContext("diagnostics of the fixed code"), cancellationToken).ConfigureAwait(false);
        if (BatchFixedState.IsGiven)
            await session.VerifyAsync(afterAll, verifier.PushContext("diagnostics of the batch-fixed code"), cancellationToken).ConfigureAwait(false);

        var settings = new FixSettings(CodeActionIndex, CodeActionEquivalenceKey, CodeActionVerifier, CodeActionValidationMode, CodeFixTestBehaviors);
        await new FixVerification(session, fix, settings, verifier)
            .VerifyAsync(before, afterOne, afterAll, Limits(before, one, fix.FixableDiagnosticIds), cancellationToken).ConfigureAwait(false);
    }

    private FixLimits Limits(EvaluatedState before, SolutionState after, ImmutableArray<string> fixableIds)
    {
        int fixable = before.Expected.Count(expected => fixableIds.Contains(expected.Id));
        int oneByOne = NumberOfIncrementalIterations ?? (after.ChangesContentOf(TestState) ? -Math.Max(1, fixable) : 0);
        int fixAll = NumberOfFixAllIterations ?? (oneByOne == 0 ? 0 : 1);
        return new FixLimits(
            new IterationLimit(oneByOne),
            new IterationLimit(NumberOfFixAllInDocumentIterations ?? fixAll),
            new IterationLimit(NumberOfFixAllInProjectIterations ?? fixAll),
            new IterationLimit(fixAll));
    }
}
