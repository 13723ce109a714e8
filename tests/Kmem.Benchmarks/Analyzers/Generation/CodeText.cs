using System.Text;

namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>Small help for putting pieces of code together.</summary>
internal static class CodeText
{
    /// <summary>The lines of a piece, each with as many levels of indentation in front; for use inside a raw string, the first without.</summary>
    public static string Indent(string text, int levels)
    {
        var margin = new string(' ', levels * 4);
        return text.TrimEnd('\n').Replace("\n", "\n" + margin, StringComparison.Ordinal).Replace(margin + "\n", "\n", StringComparison.Ordinal);
    }

    /// <summary>Pieces one below the other.</summary>
    public static string Join(IEnumerable<string> pieces, string separator = "\n")
    {
        var text = new StringBuilder();
        foreach (var piece in pieces)
            text.Append(text.Length == 0 ? "" : separator).Append(piece.TrimEnd('\n'));
        return text.ToString();
    }

    public static T Pick<T>(this Random random, IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];
}
