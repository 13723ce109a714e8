using System.Globalization;
using System.Text.RegularExpressions;

namespace Kmem.EndToEnd.Tests.Support;

/// <summary>A warning or error with a place in a file, as MSBuild prints it.</summary>
internal sealed partial record BuildMessage(string File, int Line, int Column, string Severity, string Id, string Text) : IComparable<BuildMessage>
{
    public static IEnumerable<BuildMessage> Parse(string output) => Pattern().Matches(output).Select(match => new BuildMessage(
        Path.GetFileName(match.Groups["file"].Value),
        Number(match, "line"),
        Number(match, "column"),
        match.Groups["severity"].Value,
        match.Groups["id"].Value,
        match.Groups["text"].Value));

    public int CompareTo(BuildMessage? other)
    {
        int files = string.CompareOrdinal(File, other?.File);
        return files != 0 || other is null ? files : (Line, Column).CompareTo((other.Line, other.Column));
    }

    /// <summary>The message without its text, as tests compare it.</summary>
    public string Place => $"{File}({Line},{Column}): {Severity} {Id}";

    private static int Number(Match match, string group) => int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture);

    // File(line,column): warning ID: text (link to the page) [project]
    [GeneratedRegex(@"^\s*(?<file>[^\n]+?)\((?<line>\d+),(?<column>\d+)\): (?<severity>warning|error) (?<id>\w+): (?<text>[^\n]*?)(?: \(https?:[^\n)]*\))?(?: \[[^\n\]]*\])?\r?$", RegexOptions.Multiline)]
    private static partial Regex Pattern();
}
