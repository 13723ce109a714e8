using System.Globalization;

namespace Kmem.Analyzers;

/// <summary>Memory that a method would lose if it left where it is reported, and how it is released there.</summary>
/// <param name="Holder">The text of what holds it.</param>
/// <param name="TakenAt">Where in the report's own file it was allocated.</param>
/// <param name="MayBeNull">It may be that there is none.</param>
internal sealed record HeldRelease(string Holder, int TakenAt, RightRelease Release, bool MayBeNull)
{
    private const char Line = '\n';
    private const char Column = '\t';
    private const string Yes = "+";

    /// <summary>As a diagnostic's property, in the order given; what is written in more than a line is left out.</summary>
    public static string Write(IEnumerable<HeldRelease> held) => string.Join(Line.ToString(), held.Select(Write).Where(line => line.IndexOf(Line) < 0));

    public static IEnumerable<HeldRelease> Read(string? text) => (text ?? "").Split(Line)
        .Select(line => line.Split(Column))
        .Where(columns => columns.Length == 7)
        .Select(columns => new HeldRelease(
            columns[0],
            int.Parse(columns[1], CultureInfo.InvariantCulture),
            new RightRelease(columns[2], columns[3], columns[4], columns[5]),
            columns[6] == Yes));

    private static string Write(HeldRelease held) => string.Join(
        Column.ToString(),
        held.Holder,
        held.TakenAt.ToString(CultureInfo.InvariantCulture),
        held.Release.Call,
        held.Release.Type,
        held.Release.ParameterType,
        held.Release.Refuses,
        held.MayBeNull ? Yes : "");
}
