namespace Kmem.Benchmarks.Allocator.Measurement;

/// <summary>What takes part in a contest: a name, and work that does as many operations as it is told.</summary>
/// <param name="Name">What it is called in tables.</param>
/// <param name="Work">Does the operations.</param>
internal sealed record Entrant(string Name, Action<int> Work);
