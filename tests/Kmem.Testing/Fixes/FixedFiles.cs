using System.Collections.Immutable;
using System.Globalization;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Compares the files of a fixed solution with those the test expects.</summary>
internal static class FixedFiles
{
    public static async Task VerifyAsync(Solution actual, EvaluatedState expected, IVerifier verifier, CancellationToken cancellationToken)
    {
        foreach (EvaluatedProject project in expected.Projects)
        {
            Project fixedProject = actual.Projects.Single(candidate => candidate.Name == project.State.Name);
            await VerifyAsync(fixedProject.Documents, project.Sources, verifier, cancellationToken).ConfigureAwait(false);
            await VerifyAsync(fixedProject.AdditionalDocuments, project.AdditionalFiles, verifier, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task VerifyAsync(
        IEnumerable<TextDocument> actual,
        ImmutableArray<(string Path, SourceText Text)> expected,
        IVerifier verifier,
        CancellationToken cancellationToken)
    {
        Dictionary<string, TextDocument> left = actual.ToDictionary(document => document.FilePath ?? document.Name);
        foreach ((string path, SourceText text) in expected)
        {
            if (!left.Remove(path, out TextDocument? document))
                verifier.Fail($"The fixed code lacks the file '{path}'.");
            SourceText found = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
            if (found.ToString() != text.ToString())
                verifier.Fail(Describe(path, text, found));
        }

        if (left.Count > 0)
            verifier.Fail($"The fixed code has files that are not expected: {string.Join(", ", left.Keys)}.");
    }

    private static string Describe(string path, SourceText expected, SourceText actual)
    {
        int line = FirstDifferentLine(expected, actual);
        return string.Create(CultureInfo.InvariantCulture, $"""
            {path}: the fixed code differs from line {line + 1} on.
            expected: {Show(expected, line)}
            actual:   {Show(actual, line)}
            ----- expected
            {expected}
            ----- actual
            {actual}
            -----
            """);
    }

    private static int FirstDifferentLine(SourceText expected, SourceText actual)
    {
        int line = 0;
        while (line < expected.Lines.Count && line < actual.Lines.Count && Full(expected, line) == Full(actual, line))
            line++;
        return line;
    }

    private static string Full(SourceText text, int line) => text.ToString(text.Lines[line].SpanIncludingLineBreak);

    private static string Show(SourceText text, int line) =>
        line < text.Lines.Count ? Full(text, line).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal) : "(no line)";
}
