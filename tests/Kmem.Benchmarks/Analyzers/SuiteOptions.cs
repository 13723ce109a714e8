namespace Kmem.Benchmarks.Analyzers;

/// <summary>What to measure, how large and how often.</summary>
internal sealed record SuiteOptions
{
    private static readonly string[] AllParts = ["size", "edits", "peers"];
    private static readonly string[] AllCode = ["driver", "ordinary", "waiting"];

    private IReadOnlyList<string> Parts { get; init; } = AllParts;

    /// <summary>The kinds of generated code that sizes and peers are measured on.</summary>
    public IReadOnlyList<string> Code { get; private init; } = AllCode;

    public IReadOnlyList<int> KiloLines { get; private init; } = [10, 30, 100, 300];

    /// <summary>The size for edits and peers, in thousands of lines.</summary>
    public int EditKiloLines { get; private init; } = 100;

    public int Edits { get; private init; } = 50;

    public int Rounds { get; private init; } = 5;

    /// <summary>How often everything is run on a small project before anything counts.</summary>
    public int WarmUps { get; private init; } = 2;

    public bool Has(string part) => Parts.Contains(part);

    /// <summary>Reads the command line; null with a problem where it cannot be understood.</summary>
    public static SuiteOptions? Parse(string[] arguments, out string problem)
    {
        var options = new SuiteOptions();
        problem = "";
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--quick":
                    options = options with { KiloLines = [5, 10], EditKiloLines = 10, Edits = 10, Rounds = 1, WarmUps = 1 };
                    continue;
                case "--only" when value.Split(',') is var parts && parts.All(AllParts.Contains):
                    options = options with { Parts = parts };
                    break;
                case "--code" when value.Split(',') is var kinds && kinds.All(AllCode.Contains):
                    options = options with { Code = kinds };
                    break;
                case "--kloc" when Numbers(value) is { } sizes:
                    options = options with { KiloLines = sizes };
                    break;
                case "--rounds" when Numbers(value) is [var rounds]:
                    options = options with { Rounds = rounds };
                    break;
                default:
                    problem = $"'{arguments[i]} {value}' is not understood: --only takes {string.Join(", ", AllParts)}; "
                        + $"--code takes {string.Join(", ", AllCode)}; --kloc and --rounds take numbers above zero.";
                    return null;
            }

            i++;
        }

        return options;
    }

    private static int[]? Numbers(string list)
    {
        var numbers = list.Split(',').Select(text => int.TryParse(text, out var number) ? number : 0).ToArray();
        return numbers.All(number => number > 0) ? numbers : null;
    }
}
