using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Benchmarks.Allocator.Tasks;

/// <summary>Two threads allocate and free everything there is, at random, and free each other's; each block carries what was written to it until it is freed.</summary>
internal static unsafe class SoakTask
{
    public const string Seconds = "seconds", LeakLines = "leak lines", ActiveObjects = "active objects", LostBytes = "lost bytes";
    private const int Threads = 2, Slots = 500;

    private static readonly kmem_cache s_cache = kmem_cache_create("soak", 200, 0, slab_flags_t.SLAB_HWCACHE_ALIGN, null)!;

    public static IEnumerable<KeyValuePair<string, double>> Run(int operations)
    {
        current_machine.Reclaim();
        var free = current_machine.FreeBytes;
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        // Half of the slots change hands in the middle.
        Block[][] tables = [.. Enumerable.Range(0, Threads).Select(_ => new Block[Slots])];
        RunThreads(thread => Work(tables[thread], thread, operations / 2));
        RunThreads(thread => Work(tables[Threads - 1 - thread], Threads + thread, operations / 2));
        foreach (var block in tables.SelectMany(table => table))
            Free(block);
        var seconds = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds;
        yield return KeyValuePair.Create(Seconds, seconds);
        yield return KeyValuePair.Create(LeakLines, (double)kmemleak().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        yield return KeyValuePair.Create(ActiveObjects, (double)CountActive());
        current_machine.Reclaim();
        yield return KeyValuePair.Create(LostBytes, (double)free - current_machine.FreeBytes);
    }

    private static void RunThreads(Action<int> work)
    {
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(number => new Thread(() => work(number)))];
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
    }

    private static void Work(Block[] table, int seed, int operations)
    {
        var random = new Random(seed);
        for (var i = 0; i < operations; i++)
        {
            var slot = random.Next(table.Length);
            Free(table[slot]);
            table[slot] = Allocate(random);
        }
    }

    private static Block Allocate(Random random)
    {
        var kind = random.Next(1000) switch
        {
            < 2 => Kind.Vmalloc,
            < 100 => Kind.Pages,
            < 400 => Kind.Cache,
            _ => Kind.Kmalloc,
        };
        var size = kind switch
        {
            Kind.Vmalloc => random.Next(1, 64 * 1024),
            Kind.Pages => random.Next(4),
            _ => 8 + (int)Math.Exp(random.NextDouble() * 9),
        };
        var address = kind switch
        {
            Kind.Vmalloc => (nint)vmalloc((nuint)size),
            Kind.Pages => (nint)__get_free_pages(GFP_KERNEL, (uint)size),
            Kind.Cache => (nint)kmem_cache_alloc(s_cache, GFP_KERNEL),
            _ => (nint)kmalloc((nuint)size, GFP_KERNEL),
        };
        if (address == 0)
            throw new InsufficientMemoryException($"The soak got no memory from {kind} of {size}.");
        *(nint*)address = ~address;
        return new Block(kind, address, size);
    }

    private static void Free(Block block)
    {
        if (block.Address == 0)
            return;
        if (*(nint*)block.Address != ~block.Address)
            throw new InvalidOperationException($"The soak found a block of {block.Kind} overwritten.");
        switch (block.Kind)
        {
            case Kind.Vmalloc:
                vfree((void*)block.Address);
                break;
            case Kind.Pages:
                free_pages((nuint)block.Address, (uint)block.Size);
                break;
            case Kind.Cache:
                kmem_cache_free(s_cache, (void*)block.Address);
                break;
            default:
                kfree((void*)block.Address);
                break;
        }
    }

    private static int CountActive() => SlabReport.Read().Where(cache => cache.Name == "soak" || cache.Name.StartsWith("kmalloc-", StringComparison.Ordinal)).Sum(cache => cache.Active);

    private enum Kind
    {
        Kmalloc,
        Cache,
        Pages,
        Vmalloc,
    }

    private readonly record struct Block(Kind Kind, nint Address, int Size);
}
