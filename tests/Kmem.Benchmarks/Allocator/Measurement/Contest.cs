using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Allocator.Measurement;

/// <summary>
/// Nanoseconds an operation of several entrants. They take turns in short slices, and ratios are taken within a round, so that a busy
/// machine slows all of them alike; what is reported are medians over the rounds.
/// </summary>
internal sealed class Contest
{
    private const int WarmUpPasses = 4, WarmUpCalls = 40;

    /// <summary>How long the compiler waits before it compiles what is called often, and some more.</summary>
    private static readonly TimeSpan s_compilerPause = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, double[]> _nanoseconds;

    private Contest(Dictionary<string, double[]> nanoseconds) => _nanoseconds = nanoseconds;

    public IEnumerable<string> Names => _nanoseconds.Keys;

    /// <summary>Runs all entrants in turn.</summary>
    /// <param name="entrants">Who takes part.</param>
    /// <param name="pace">How often and how long.</param>
    /// <param name="unit">Operations come in multiples of this.</param>
    public static Contest Run(IReadOnlyList<Entrant> entrants, Pace pace, int unit = 1)
    {
        WarmUp(entrants, unit);
        var operations = entrants.Select(entrant => OperationsInSlice(entrant, pace, unit)).ToArray();
        var nanoseconds = entrants.ToDictionary(entrant => entrant.Name, _ => new double[pace.Rounds]);
        for (var round = 0; round < pace.Rounds; round++)
        {
            for (var i = 0; i < entrants.Count; i++)
            {
                // Each begins once, so that nobody always comes after the same neighbour's garbage collection.
                var at = (i + round) % entrants.Count;
                nanoseconds[entrants[at].Name][round] = entrants[at].Work(operations[at]).TotalNanoseconds / operations[at];
            }
        }

        return new Contest(nanoseconds);
    }

    public double Median(string name) => _nanoseconds[name].Median();

    /// <summary>The median of the rounds' ratios.</summary>
    public double Ratio(string name, string reference) =>
        _nanoseconds[name].Zip(_nanoseconds[reference], (own, other) => own / other).Median();

    /// <summary>The one of these with the least median.</summary>
    public string Fastest(IEnumerable<string> names) => names.MinBy(Median)!;

    // A method is compiled fully, with what was learned about it, after some dozens of calls and a moment.
    private static void WarmUp(IReadOnlyList<Entrant> entrants, int unit)
    {
        for (var pass = 0; pass < WarmUpPasses; pass++)
        {
            foreach (var entrant in entrants)
            {
                for (var call = 0; call < WarmUpCalls; call++)
                    entrant.Work(unit);
            }

            Thread.Sleep(s_compilerPause);
        }
    }

    private static int OperationsInSlice(Entrant entrant, Pace pace, int unit)
    {
        var operations = unit;
        TimeSpan time;
        while ((time = BestTime(entrant, operations)) < pace.Slice / 4)
            operations *= 2;
        return Math.Max(1, (int)(operations * (pace.Slice / time) / unit)) * unit;
    }

    // Of several: a pause must not pass for slowness.
    private static TimeSpan BestTime(Entrant entrant, int operations) =>
        Enumerable.Range(0, 5).Min(_ => entrant.Work(operations));
}
