using System.Globalization;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Compares one expected with one actual diagnostic.</summary>
internal static class DiagnosticComparison
{
    /// <summary>Says in words the first thing that differs, or null when nothing does.</summary>
    public static string? FirstDifference(DiagnosticResult expected, Diagnostic actual)
    {
        if (expected.Id != actual.Id)
            return $"the id is {actual.Id}";
        if (PlaceDifference(expected, actual) is { } place)
            return place;
        if (!expected.Options.HasFlag(DiagnosticOptions.IgnoreSeverity) && expected.Severity != actual.Severity)
            return $"the severity is {actual.Severity}, not {expected.Severity}";
        if (expected.Message is { } message && message != actual.GetMessage(CultureInfo.InvariantCulture))
            return $"the message is '{actual.GetMessage(CultureInfo.InvariantCulture)}', not '{message}'";
        return expected.IsSuppressed is { } suppressed && suppressed != actual.IsSuppressed
            ? $"it is {(actual.IsSuppressed ? "suppressed" : "not suppressed")}"
            : null;
    }

    private static string? PlaceDifference(DiagnosticResult expected, Diagnostic actual)
    {
        if (!expected.HasLocation)
            return actual.Location.Kind == LocationKind.None ? null : $"it has a location: {Places.Describe(actual.Location)}";
        if (!IsAt(expected.Spans[0], actual.Location))
            return $"it stands at {Places.Describe(actual.Location)}";
        if (expected.Options.HasFlag(DiagnosticOptions.IgnoreAdditionalLocations))
            return null;
        if (expected.Spans.Length - 1 != actual.AdditionalLocations.Count)
            return $"it has {actual.AdditionalLocations.Count} additional locations, not {expected.Spans.Length - 1}";
        for (int index = 0; index < actual.AdditionalLocations.Count; index++)
        {
            if (!IsAt(expected.Spans[index + 1], actual.AdditionalLocations[index]))
                return $"its additional location {index + 1} is {Places.Describe(actual.AdditionalLocations[index])}";
        }

        return null;
    }

    private static bool IsAt(DiagnosticLocation expected, Location actual)
    {
        if (actual.Kind == LocationKind.None)
            return false;
        FileLinePositionSpan span = actual.GetLineSpan();
        return span.Path == expected.Span.Path
            && span.StartLinePosition == expected.Span.StartLinePosition
            && (expected.Options.HasFlag(DiagnosticLocationOptions.IgnoreLength) || span.EndLinePosition == expected.Span.EndLinePosition);
    }
}
