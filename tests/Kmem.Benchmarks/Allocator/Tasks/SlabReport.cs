using System.Globalization;

namespace Kmem.Benchmarks.Allocator.Tasks;

/// <summary>What slabinfo says of a cache.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Active">Objects that users hold.</param>
/// <param name="Size">Bytes of an object.</param>
/// <param name="InDepot">Free objects ready for all threads.</param>
internal sealed record SlabReport(string Name, int Active, int Size, int InDepot)
{
    private const int HeaderLines = 2;

    public static IEnumerable<SlabReport> Read() => Kernel.slabinfo().Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(HeaderLines).Select(Parse);

    private static SlabReport Parse(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new SlabReport(fields[0], Number(fields[1]), Number(fields[3]), Number(fields[^1]));
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
