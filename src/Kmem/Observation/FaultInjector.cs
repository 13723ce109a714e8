namespace Kmem.Observation;

/// <summary>Decides which allocations fail on purpose. It is asked in every context, so that it takes no lock.</summary>
internal sealed class FaultInjector
{
    public const string Pages = "pages", Vmalloc = "vmalloc";

    private fault_attr? _faults;
    private int _seed;
    private int _asked;

    /// <summary>Where chance is: <see cref="NextChance"/> steps on by one addition.</summary>
    private ulong _chance;

    /// <summary>What fails; null: nothing. Counting and chance start anew.</summary>
    public fault_attr? Faults
    {
        get => Volatile.Read(ref _faults);
        set
        {
            Volatile.Write(ref _asked, 0);
            Reseed(value?.seed ?? 0);
            Volatile.Write(ref _faults, value);
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
        if (faults.seed != Volatile.Read(ref _seed))
            Reseed(faults.seed);
        bool byInterval = faults.interval > 0 && Interlocked.Increment(ref _asked) % faults.interval == 0;
        return byInterval || NextChance() < faults.probability;
    }

    private void Reseed(int seed)
    {
        Volatile.Write(ref _chance, (uint)seed);
        Volatile.Write(ref _seed, seed);
    }

    // SplitMix64: Steele, Lea, Flood, "Fast Splittable Pseudorandom Number Generators", 2014. From 0 to below 1.
    private double NextChance()
    {
        ulong mixed = Interlocked.Add(ref _chance, 0x9e3779b97f4a7c15);
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1ul << 53));
    }
}
