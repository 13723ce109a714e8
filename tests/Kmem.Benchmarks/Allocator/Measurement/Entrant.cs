namespace Kmem.Benchmarks.Allocator.Measurement;

/// <summary>What takes part in a contest: a name, and work that does as many operations as it is told, and says how long that took.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Work">Does the operations.</param>
internal sealed record Entrant(string Name, Func<int, TimeSpan> Work)
{
    /// <summary>Takes part with work of the calling thread.</summary>
    public Entrant(string name, Action<int> work) : this(name, operations => ThreadClock.Measure(() => work(operations)))
    {
    }
}
