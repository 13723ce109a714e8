using System.Collections.Immutable;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Asks the fix for its actions and applies the one the test means.</summary>
internal sealed class FixSelector(CodeFixProvider provider, FixSettings settings, IVerifier verifier)
{
    public CodeFixProvider Provider => provider;

    /// <summary>The first of the diagnostics that the fix offers the action for, with that action; null when there is none.</summary>
    public async Task<SelectedFix?> SelectAsync(Solution solution, IEnumerable<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        foreach (Diagnostic diagnostic in diagnostics)
        {
            Document? document = solution.GetDocument(diagnostic.Location.SourceTree);
            if (document is null || !provider.FixableDiagnosticIds.Contains(diagnostic.Id))
                continue;
            ImmutableArray<CodeAction> actions = await ActionsAsync(document, diagnostic, cancellationToken).ConfigureAwait(false);
            if (Choose(actions) is not { } action)
                continue;
            settings.ActionVerifier?.Invoke(action, verifier);
            return new SelectedFix(document, diagnostic, action);
        }

        return null;
    }

    public async Task<Solution> ApplyAsync(Solution solution, CodeAction action, CancellationToken cancellationToken)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(cancellationToken).ConfigureAwait(false);
        ApplyChangesOperation[] changes = [.. operations.OfType<ApplyChangesOperation>()];
        if (changes.Length != 1)
            verifier.Fail($"The action '{action.Title}' must change the solution once; it has {changes.Length} such operations.");
        return await FixedTrees.VerifyAsync(solution, changes[0].ChangedSolution, settings.ValidationMode, verifier, cancellationToken).ConfigureAwait(false);
    }

    private async Task<ImmutableArray<CodeAction>> ActionsAsync(Document document, Diagnostic diagnostic, CancellationToken cancellationToken)
    {
        var actions = ImmutableArray.CreateBuilder<CodeAction>();
        var context = new CodeFixContext(document, diagnostic, (action, _) => AddFlattened(action, actions), cancellationToken);
        await provider.RegisterCodeFixesAsync(context).ConfigureAwait(false);
        return actions.ToImmutable();
    }

    private static void AddFlattened(CodeAction action, ImmutableArray<CodeAction>.Builder actions)
    {
        if (action.NestedActions.IsEmpty)
            actions.Add(action);
        foreach (CodeAction nested in action.NestedActions)
            AddFlattened(nested, actions);
    }

    private CodeAction? Choose(ImmutableArray<CodeAction> actions)
    {
        if (settings.ActionIndex is not { } index)
            return actions.FirstOrDefault(action => settings.EquivalenceKey is null || action.EquivalenceKey == settings.EquivalenceKey);
        if (index >= actions.Length)
            return null;
        if (settings.EquivalenceKey is { } key)
            verifier.Equal(key, actions[index].EquivalenceKey, $"The action {index} has another equivalence key than CodeActionEquivalenceKey.");
        return actions[index];
    }
}

/// <summary>An action for a diagnostic in a document.</summary>
internal sealed record SelectedFix(Document Document, Diagnostic Diagnostic, CodeAction Action);
