using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Checks that a tree a fix has built is the tree of its own text, and goes on with the latter, as an editor would.</summary>
internal static class FixedTrees
{
    public static async Task<Solution> VerifyAsync(
        Solution before,
        Solution after,
        CodeActionValidationMode mode,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        IEnumerable<DocumentId> touched = after.GetChanges(before).GetProjectChanges()
            .SelectMany(changes => changes.GetChangedDocuments().Concat(changes.GetAddedDocuments()))
            .ToList();
        foreach (DocumentId id in touched)
        {
            Document document = after.GetDocument(id)!;
            SourceText text = SourceText.From((await document.GetTextAsync(cancellationToken).ConfigureAwait(false)).ToString(), System.Text.Encoding.UTF8);
            SyntaxNode built = (await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
            after = after.WithDocumentText(id, text);
            SyntaxNode parsed = (await after.GetDocument(id)!.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false))!;
            if (mode != CodeActionValidationMode.None && FirstDifference(built, parsed, mode) is { } difference)
                verifier.Fail($"{document.FilePath ?? document.Name}: the tree that the fix built is not the tree of its text: {difference}");
        }

        return after;
    }

    private static string? FirstDifference(SyntaxNodeOrToken built, SyntaxNodeOrToken parsed, CodeActionValidationMode mode)
    {
        if (built.RawKind != parsed.RawKind || built.IsMissing != parsed.IsMissing)
            return $"it has {Describe(built)} where the text has {Describe(parsed)}";
        if (built.IsToken)
            return TokenDifference(built.AsToken(), parsed.AsToken(), mode);
        ChildSyntaxList left = built.ChildNodesAndTokens();
        ChildSyntaxList right = parsed.ChildNodesAndTokens();
        if (left.Count != right.Count)
            return $"{Describe(built)} has {left.Count} children, in the text {right.Count}";
        return left.Zip(right, (builtChild, parsedChild) => FirstDifference(builtChild, parsedChild, mode)).FirstOrDefault(difference => difference is not null);
    }

    private static string? TokenDifference(SyntaxToken built, SyntaxToken parsed, CodeActionValidationMode mode)
    {
        if (built.Text != parsed.Text || built.ValueText != parsed.ValueText)
            return $"the token '{built.Text}' is '{parsed.Text}' in the text";
        bool same = mode == CodeActionValidationMode.SemanticStructure
            || (Kinds(built.LeadingTrivia).SequenceEqual(Kinds(parsed.LeadingTrivia)) && Kinds(built.TrailingTrivia).SequenceEqual(Kinds(parsed.TrailingTrivia)));
        return same ? null : $"the trivia of the token '{built.Text}' differs";
    }

    private static IEnumerable<(SyntaxKind, string)> Kinds(SyntaxTriviaList trivia) => trivia.Select(item => (item.Kind(), item.ToFullString()));

    private static string Describe(SyntaxNodeOrToken item) =>
        $"{item.Kind()}{(item.IsMissing ? " (missing)" : "")} '{item.ToString().Split('\n')[0].Trim()}'";
}
