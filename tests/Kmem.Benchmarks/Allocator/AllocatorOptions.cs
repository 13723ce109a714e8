using Kmem.Benchmarks.Allocator.Measurement;

namespace Kmem.Benchmarks.Allocator;

/// <summary>What to measure, and how thoroughly.</summary>
internal sealed record AllocatorOptions
{
    public static readonly string[] AllParts = ["pairs", "batches", "random", "threads", "pages", "areas", "counter", "debug", "memory", "soak"];

    private IReadOnlyList<string> Parts { get; init; } = AllParts;

    /// <summary>For work of one thread.</summary>
    public Pace Pace { get; private init; } = new(Rounds: 41, TimeSpan.FromMilliseconds(1.5));

    /// <summary>For work of two threads, whose start takes a moment, and for work with much memory, which others drive out of the processor's caches.</summary>
    public Pace LongPace { get; private init; } = new(Rounds: 41, TimeSpan.FromMilliseconds(6));

    public int SoakOperations { get; private init; } = 1_000_000;

    public bool IsQuick { get; private init; }

    public bool Has(string part) => Parts.Contains(part);

    /// <summary>Reads the command line; null with a problem where it cannot be understood.</summary>
    public static AllocatorOptions? Parse(string[] arguments, out string problem)
    {
        var options = new AllocatorOptions();
        problem = "";
        for (var i = 0; i < arguments.Length; i++)
        {
            var value = i + 1 < arguments.Length ? arguments[i + 1] : "";
            switch (arguments[i])
            {
                case "--quick":
                    options = options with
                    {
                        Pace = options.Pace with { Rounds = 7 },
                        LongPace = options.LongPace with { Rounds = 7 },
                        SoakOperations = 50_000,
                        IsQuick = true,
                    };
                    break;
                case "--only" when value.Split(',') is var parts && parts.All(AllParts.Contains):
                    options = options with { Parts = parts };
                    i++;
                    break;
                case "--rounds" when int.TryParse(value, out var rounds) && rounds > 0:
                    options = options with { Pace = options.Pace with { Rounds = rounds }, LongPace = options.LongPace with { Rounds = rounds } };
                    i++;
                    break;
                default:
                    problem = $"'{arguments[i]} {value}' is not understood: --only takes {string.Join(", ", AllParts)}; --rounds takes a number above zero; --quick takes nothing.";
                    return null;
            }
        }

        return options;
    }
}
