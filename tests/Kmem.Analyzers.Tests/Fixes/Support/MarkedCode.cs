using Microsoft.CodeAnalysis.Text;

namespace Kmem.Analyzers.Tests.Fixes.Support;

/// <summary>Code with named pieces, <c>{|name:text|}</c>, which may nest.</summary>
internal sealed class MarkedCode
{
    private readonly Dictionary<string, TextSpan> _spans = [];

    public MarkedCode(string marked)
    {
        var code = new System.Text.StringBuilder();
        var open = new Stack<(string Name, int Start)>();
        for (var i = 0; i < marked.Length; i++)
        {
            if (marked.AsSpan(i).StartsWith("{|"))
            {
                var colon = marked.IndexOf(':', i);
                open.Push((marked[(i + 2)..colon], code.Length));
                i = colon;
            }
            else if (marked.AsSpan(i).StartsWith("|}"))
            {
                var (name, start) = open.Pop();
                _spans.Add(name, TextSpan.FromBounds(start, code.Length));
                i++;
            }
            else
            {
                code.Append(marked[i]);
            }
        }

        Code = code.ToString();
    }

    public string Code { get; }

    public TextSpan this[string name] => _spans[name];

    /// <summary>A piece as diagnostics pass it on.</summary>
    public string Span(string name) => FormattableString.Invariant($"{_spans[name].Start},{_spans[name].Length}");
}
