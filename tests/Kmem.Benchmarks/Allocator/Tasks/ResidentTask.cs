using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Benchmarks.Allocator.Tasks;

/// <summary>The process's memory after a quarter of the machine was in use, and all freed and reclaimed again.</summary>
internal static unsafe class ResidentTask
{
    public const string Ratio = "after / before";
    private const ulong Share = 4;

    public static IEnumerable<KeyValuePair<string, double>> Run()
    {
        var blocks = new nint[1 << 20];
        Array.Fill(blocks, 1);
        Use(blocks, current_machine.TotalBytes / Share / Share);
        current_machine.Reclaim();
        var before = ResidentMemory.Total;
        Use(blocks, current_machine.TotalBytes / Share);
        current_machine.Reclaim();
        yield return KeyValuePair.Create(Ratio, ResidentMemory.Total / (double)before);
    }

    private static void Use(nint[] blocks, ulong bytes)
    {
        var random = new Random(1);
        var count = 0;
        for (ulong used = 0; used < bytes && count < blocks.Length; count++)
        {
            var size = (nuint)(64 * Math.Pow(1024, random.NextDouble()));
            blocks[count] = (nint)kzalloc(size, GFP_KERNEL);
            used += size;
        }

        while (count > 0)
            kfree((void*)blocks[--count]);
    }
}
