using System.Collections.Concurrent;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>
/// Threads that hand objects of one cache to each other while something else goes on. Each object carries its own address while it is held: another owner would overwrite it.
/// </summary>
internal sealed unsafe class ObjectExchange(string name, nuint size)
{
    private readonly ConcurrentQueue<nint> _offered = new();

    public kmem_cache Cache { get; } = kmem_cache_create(name, size, 0, 0, null)!;

    public static void Mark(nint obj) => *(nint*)obj = obj;

    public void Offer(nint obj) => _offered.Enqueue(obj);

    /// <summary>Takes an object that any thread has offered, whole as it was.</summary>
    public bool TryTake(out nint obj)
    {
        if (!_offered.TryDequeue(out obj))
            return false;
        AssertWhole(obj);
        return true;
    }

    public void Release(nint obj)
    {
        AssertWhole(obj);
        kmem_cache_free(Cache, (void*)obj);
    }

    /// <summary>Runs threads, each with its number as a seed, and something beside them; afterwards nothing may be left of the cache.</summary>
    public void Run(int threads, Action<int> work, Action beside)
    {
        TestThreads.Run(threads, work, beside);
        while (TryTake(out nint obj))
            Release(obj);
        Assert.True(Cache.IsValid());
        Assert.Equal(0, current_machine.Slab.CountAllocated(Cache));
        Assert.Equal(0, kmem_cache_destroy(Cache));
    }

    private static void AssertWhole(nint obj) => Assert.Equal(obj, *(nint*)obj);
}
