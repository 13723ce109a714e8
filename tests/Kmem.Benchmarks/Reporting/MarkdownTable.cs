namespace Kmem.Benchmarks.Reporting;

/// <summary>A table in Markdown, its columns aligned so that it reads well as plain text too.</summary>
internal sealed class MarkdownTable(params string[] columns)
{
    private readonly List<string[]> _rows = [];

    public void Add(params string[] cells) => _rows.Add(cells);

    public override string ToString()
    {
        var widths = columns.Select((column, i) => _rows.Select(row => row[i].Length).Append(column.Length).Max()).ToArray();
        var rule = widths.Select((width, i) => i == 0 ? new string('-', width) : new string('-', width - 1) + ":").ToArray();
        return string.Join('\n', new[] { columns, rule }.Concat(_rows).Select(row => Line(row, widths)));
    }

    private static string Line(string[] cells, int[] widths) =>
        "| " + string.Join(" | ", cells.Select((cell, i) => i == 0 ? cell.PadRight(widths[i]) : cell.PadLeft(widths[i]))) + " |";
}
