namespace Kmem.Benchmarks.Analyzers.Generation;

/// <summary>The names of one file of business code: what it is about, and the methods that are there to be called.</summary>
internal sealed class OrdinaryNames(string thing, Random random)
{
    private readonly List<string> _scores = [];
    private int _methods;

    public string Thing { get; } = thing;

    public Random Random { get; } = random;

    /// <summary>A name for a new method.</summary>
    public string NewMethod(string verb) => verb + Thing + ++_methods;

    /// <summary>A name for a new method that others may call: it takes an item and a number, and gives a number.</summary>
    public string NewScore(string verb)
    {
        var name = NewMethod(verb);
        _scores.Add(name);
        return name;
    }

    /// <summary>Statements over <c>item</c>, <c>total</c> (a decimal) and <c>text</c> (a string).</summary>
    public string Statements(int count) => CodeText.Join(Enumerable.Range(0, count).Select(_ => Statement()));

    private string Statement()
    {
        var number = Random.Next(1, 500);
        return Random.Next(8) switch
        {
            0 => $"total += item.Amount * {number}m / 100m;",
            1 => $"""
                if (item.Tags.Contains("tag{number}") || item.Name.StartsWith("N{number}", StringComparison.Ordinal))
                    total -= {number};
                """,
            2 => $"text = string.Join(\", \", item.Tags.Where(tag => tag.Length > {number % 9}).Select(tag => tag.Trim()));",
            3 => $"""
                foreach (var tag in item.Tags)
                    total += tag.Length + {number};
                """,
            4 => $$"""
                total = item.State switch
                {
                    {{Thing}}State.Draft => total + {{number}},
                    {{Thing}}State.Open when item.IsLarge => total * 2,
                    {{Thing}}State.Closed => 0,
                    _ => total,
                };
                """,
            5 => $"text += $\"{{item.Name}}/{{total:F2}}/{number}\";",
            6 when _scores.Count > 1 => $"total += {Random.Pick(_scores.GetRange(0, _scores.Count - 1))}(item, {number});",
            _ => $"""
                if (text.Length > {number})
                    text = text.Substring(0, {number}).ToUpperInvariant();
                """,
        };
    }
}
