namespace Kmem.Benchmarks.Allocator.Measurement;

/// <summary>How often and how long a contest measures.</summary>
/// <param name="Rounds">How often each entrant has its turn.</param>
/// <param name="Slice">How long a turn is, about.</param>
internal sealed record Pace(int Rounds, TimeSpan Slice);
