using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.Text;

namespace Microsoft.CodeAnalysis.Testing;

/// <summary>Prints sources with markup for the diagnostics that were really found, ready to be pasted into a test.</summary>
internal sealed class MarkupWriter
{
    private readonly List<string> _results = [];
    private readonly Dictionary<SyntaxTree, List<MarkedSpan>> _spans = [];
    private int _keys;

    private MarkupWriter(IEnumerable<Diagnostic> diagnostics)
    {
        // Keyed spans first: a span that crosses one of them can then still become a keyed span itself.
        foreach (Diagnostic diagnostic in diagnostics.OrderByDescending(diagnostic => diagnostic.AdditionalLocations.Count))
            Mark(diagnostic);
    }

    public static async Task<string> WriteAsync(Solution solution, IReadOnlyCollection<Diagnostic> diagnostics, CancellationToken cancellationToken)
    {
        var writer = new MarkupWriter(diagnostics);
        var output = new StringBuilder();
        foreach (Document document in solution.Projects.SelectMany(project => project.Documents))
        {
            SyntaxTree? tree = await document.GetSyntaxTreeAsync(cancellationToken).ConfigureAwait(false);
            SourceText text = await document.GetTextAsync(cancellationToken).ConfigureAwait(false);
            output.AppendLine("----- " + document.FilePath);
            output.AppendLine(Insert(text.ToString(), writer._spans.GetValueOrDefault(tree!, [])));
            output.AppendLine("-----");
        }

        foreach (string result in writer._results)
            output.AppendLine(result);
        return output.ToString();
    }

    /// <summary>Inserts the markup of spans; those without a key must not cross others.</summary>
    internal static string Insert(string text, IReadOnlyList<MarkedSpan> spans)
    {
        bool explicitEnds = spans.Any(span => spans.Any(other => Crosses(span.Span, other.Span)));
        var tags = new List<(int Position, int Order, int Tie, string Tag)>();
        for (int index = 0; index < spans.Count; index++)
        {
            MarkedSpan span = spans[index];
            bool empty = span.Span.IsEmpty;
            string end = span.IsLocationKey && explicitEnds ? $"|{span.Name}}}" : "|}";
            // Outer spans open first and close last; an empty span opens and closes between its neighbours.
            tags.Add((span.Span.Start, empty ? 1 : int.MaxValue - span.Span.Length, index, $"{{|{span.Name}:{(empty ? end : "")}"));
            if (!empty)
                tags.Add((span.Span.End, int.MinValue + span.Span.Length, -index, end));
        }

        var output = new StringBuilder(text);
        foreach ((int position, _, _, string tag) in tags.OrderDescending())
            output.Insert(position, tag);
        return output.ToString();
    }

    internal static bool Crosses(TextSpan left, TextSpan right) =>
        left.OverlapsWith(right) && !left.Contains(right) && !right.Contains(left);

    private void Mark(Diagnostic diagnostic)
    {
        Location[] places = [diagnostic.Location, .. diagnostic.AdditionalLocations];
        if (places.Length == 1 && diagnostic.Location.IsInSource && !CrossesAnother(diagnostic.Location))
        {
            Add(diagnostic.Location, diagnostic.Id);
            return;
        }

        string locations = string.Concat(places.Select(Reference));
        string message = CSharp.SymbolDisplay.FormatLiteral(diagnostic.GetMessage(CultureInfo.InvariantCulture), quote: true);
        _results.Add($"Diagnostic(\"{diagnostic.Id}\"){(locations.Length == 0 ? ".WithNoLocation()" : locations)}.WithMessage({message}),");
    }

    private bool CrossesAnother(Location location) =>
        _spans.TryGetValue(location.SourceTree!, out List<MarkedSpan>? spans) && spans.Exists(span => Crosses(span.Span, location.SourceSpan));

    private string Reference(Location location)
    {
        if (location.IsInSource)
            return $".WithLocation({Add(location, DiagnosticResult.MarkupKey(_keys++))[1..]})";
        if (location.Kind == LocationKind.None)
            return "";
        FileLinePositionSpan span = location.GetLineSpan();
        return $".WithSpan(\"{span.Path}\", {span.StartLinePosition.Line + 1}, {span.StartLinePosition.Character + 1}, " +
            $"{span.EndLinePosition.Line + 1}, {span.EndLinePosition.Character + 1})";
    }

    private string Add(Location location, string name)
    {
        if (!_spans.TryGetValue(location.SourceTree!, out List<MarkedSpan>? spans))
            _spans.Add(location.SourceTree!, spans = []);
        spans.Add(new MarkedSpan(name, location.SourceSpan));
        return name;
    }
}
