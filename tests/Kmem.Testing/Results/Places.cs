namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Writes places as a reader counts them: lines and columns from 1.</summary>
internal static class Places
{
    public static string Describe(FileLinePositionSpan span) =>
        $"{span.Path}({span.StartLinePosition.Line + 1},{span.StartLinePosition.Character + 1})" +
        $"-({span.EndLinePosition.Line + 1},{span.EndLinePosition.Character + 1})";

    public static string Describe(Location location) =>
        location.Kind == LocationKind.None ? "no location" : Describe(location.GetLineSpan());
}
