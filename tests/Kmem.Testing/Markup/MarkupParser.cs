using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Reads the markup of a test's files: <c>[|x|]</c>, <c>{|ID:x|}</c>, <c>{|#0:x|}</c>, and <c>|#0}</c> for spans that overlap.</summary>
internal static partial class MarkupParser
{
    public static MarkedText Parse(string text, string path, MarkupOptions options)
    {
        var output = new StringBuilder(text.Length);
        var open = new List<MarkedStart>();
        var spans = ImmutableArray.CreateBuilder<MarkedSpan>();
        int position = 0;
        for (Match tag = Tag().Match(text); tag.Success; tag = Tag().Match(text, position))
        {
            output.Append(text, position, tag.Index - position);
            position = tag.Index + tag.Length;
            if (tag.Value == "$$")
                ReadDollars(output, path, options);
            else if (tag.Value == "[|" && EndsOpenSpan(text, position, open))
                (output, position) = (output.Append('['), position - 1);
            else if (tag.Value == "[|")
                open.Add(new MarkedStart(null, output.Length));
            else if (tag.Groups["name"].Success)
                open.Add(new MarkedStart(tag.Groups["name"].Value, output.Length));
            else
                spans.Add(Close(open, tag, output.Length, path));
        }

        if (open.Count > 0)
            throw new InvalidOperationException($"{path}: the markup opens {open[^1].Describe()} but does not close it.");
        output.Append(text, position, text.Length - position);
        return new MarkedText(output.ToString(), [.. spans.OrderBy(span => span.Span.Start).ThenByDescending(span => span.Span.Length)]);
    }

    [GeneratedRegex(@"\[\||\|\]|\{\|(?<name>[^:|\[\]{}]+):|\|(?<key>#[^:|\[\]{}]+)?\}|\$\$")]
    private static partial Regex Tag();

    // In `int[|]` and `int[|}` the bracket is code and the rest closes a span, if one of that kind is open.
    private static bool EndsOpenSpan(string text, int next, List<MarkedStart> open) =>
        next < text.Length && text[next] switch
        {
            ']' => open.Exists(start => start.Name is null),
            '}' => open.Exists(start => start.Name is not null),
            _ => false,
        };

    private static void ReadDollars(StringBuilder output, string path, MarkupOptions options)
    {
        if (!options.HasFlag(MarkupOptions.TreatPositionIndicatorsAsCode))
        {
            throw new InvalidOperationException(
                $"{path}: '$$' is not supported as a position; if it is code, set MarkupOptions.TreatPositionIndicatorsAsCode.");
        }

        output.Append("$$");
    }

    private static MarkedSpan Close(List<MarkedStart> open, Match tag, int end, string path)
    {
        Group key = tag.Groups["key"];
        int index = key.Success ? open.FindLastIndex(start => start.Name == key.Value) : open.Count - 1;
        if (index < 0)
            throw new InvalidOperationException($"{path}: the markup '{tag.Value}' closes a span that is not open.");
        MarkedStart start = open[index];
        open.RemoveAt(index);
        return new MarkedSpan(start.Name, TextSpan.FromBounds(start.Position, end));
    }

    private readonly record struct MarkedStart(string? Name, int Position)
    {
        public string Describe() => Name is null ? "'[|'" : $"'{{|{Name}:'";
    }
}
