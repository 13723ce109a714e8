namespace Kmem.Observation;

/// <summary>Decides which allocations fail on purpose.</summary>
internal sealed class FaultInjector
{
    public const string Pages = "pages", Vmalloc = "vmalloc";

    private readonly Lock _lock = new();
    private fault_attr? _faults;
    private Random _random = new();
    private int _seed;
    private int _asked;

    /// <summary>What fails; null: nothing. Counting and chance start anew.</summary>
    public fault_attr? Faults
    {
        get => Volatile.Read(ref _faults);
        set
        {
            lock (_lock)
            {
                _asked = 0;
                Reseed(value?.seed ?? 0);
                Volatile.Write(ref _faults, value);
            }
        }
    }

    /// <summary>True if this allocation is to fail.</summary>
    /// <param name="cache">Where it is from.</param>
    /// <param name="zone">Another name of that; null: none.</param>
    public bool ShouldFail(string cache, string? zone = null)
    {
        fault_attr? faults = Faults;
        if (faults == null || (faults.cache is { } only && only != cache && only != zone))
            return false;
        lock (_lock)
        {
            if (faults.seed != _seed)
                Reseed(faults.seed);
            bool byInterval = faults.interval > 0 && ++_asked % faults.interval == 0;
            return byInterval || _random.NextDouble() < faults.probability;
        }
    }

    private void Reseed(int seed)
    {
        _seed = seed;
        _random = new Random(seed);
    }
}
