using System.Globalization;

namespace Kmem.Benchmarks.Allocator.Tasks;

/// <summary>What slabinfo says of a cache.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Active">Objects that users hold.</param>
internal sealed record SlabReport(string Name, int Active)
{
    private const int HeaderLines = 2;

    public static IEnumerable<SlabReport> Read() => Kernel.slabinfo().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(HeaderLines).Select(Parse);

    private static SlabReport Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new SlabReport(fields[0], int.Parse(fields[1], CultureInfo.InvariantCulture));
    }
}
