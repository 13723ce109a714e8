using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Tells what was expected and what was found instead.</summary>
internal static class DiagnosticReport
{
    public static async Task<string> WriteAsync(
        Solution solution,
        ImmutableArray<DiagnosticResult> expected,
        ImmutableArray<Diagnostic> actual,
        (ImmutableArray<DiagnosticResult> Missing, ImmutableArray<Diagnostic> Unexpected) differences,
        CancellationToken cancellationToken)
    {
        var report = new StringBuilder();
        report.AppendLine(CultureInfo.InvariantCulture, $"Expected {expected.Length} diagnostics, found {actual.Length}.");
        foreach (DiagnosticResult missing in differences.Missing)
        {
            report.AppendLine(CultureInfo.InvariantCulture, $"Missing:    {missing}");
            if (Nearest(missing, differences.Unexpected) is { } difference)
                report.AppendLine(CultureInfo.InvariantCulture, $"            one of that id was found, but {difference}");
        }

        foreach (Diagnostic unexpected in differences.Unexpected)
            report.AppendLine(CultureInfo.InvariantCulture, $"Unexpected: {Describe(unexpected)}");
        report.AppendLine("The source with the markup of what was found:");
        report.Append(await MarkupWriter.WriteAsync(solution, actual, cancellationToken).ConfigureAwait(false));
        return report.ToString();
    }

    public static string Describe(Diagnostic diagnostic)
    {
        string additional = string.Concat(diagnostic.AdditionalLocations.Select(location => $" + {Places.Describe(location)}"));
        string details = diagnostic.Id == AnalyzerRun.CrashId
            ? Environment.NewLine + diagnostic.Descriptor.Description.ToString(CultureInfo.InvariantCulture)
            : "";
        return $"{Places.Describe(diagnostic.Location)}{additional}: {diagnostic.Severity} {diagnostic.Id}: " +
            $"{diagnostic.GetMessage(CultureInfo.InvariantCulture)}{(diagnostic.IsSuppressed ? " (suppressed)" : "")}{details}";
    }

    private static string? Nearest(DiagnosticResult missing, ImmutableArray<Diagnostic> unexpected) =>
        unexpected.Where(diagnostic => diagnostic.Id == missing.Id)
            .Select(diagnostic => DiagnosticComparison.FirstDifference(missing, diagnostic))
            .FirstOrDefault();
}
