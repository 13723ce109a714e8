using Kmem.Benchmarks.Allocator.Workloads;

namespace Kmem.Benchmarks.Allocator.Contestants;

/// <summary>An allocator with a name, and all that can be done with it. Each workload does as many operations as it is told.</summary>
internal abstract class Contestant(string name)
{
    public string Name => name;

    public abstract Action<int> Pairs(nuint size);

    public abstract Action<int> Batches(nuint size, bool lifo);

    public abstract Action<int> RandomReplacement();

    public abstract Func<int, TimeSpan> ProducerConsumer(nuint size, ThreadPair threads);

    public abstract Func<int, TimeSpan> TwoThreads(nuint size, ThreadPair threads);
}

/// <param name="name">What it is called in tables.</param>
/// <param name="make">Makes the allocator of a size.</param>
internal sealed class Contestant<TAllocator, TBlock>(string name, Func<nuint, TAllocator> make) : Contestant(name)
    where TAllocator : struct, IAllocator<TBlock>
    where TBlock : struct, IBlock
{
    public override Action<int> Pairs(nuint size)
    {
        var allocator = make(size);
        return operations => Workloads.Pairs.Run<TAllocator, TBlock>(allocator, size, operations);
    }

    public override Action<int> Batches(nuint size, bool lifo)
    {
        var allocator = make(size);
        var blocks = new TBlock[Workloads.Batches.Length];
        return lifo
            ? operations => Workloads.Batches.RunLifo(allocator, size, blocks, operations)
            : operations => Workloads.Batches.RunFifo(allocator, size, blocks, operations);
    }

    public override Action<int> RandomReplacement()
    {
        var allocator = make(0);
        var blocks = new TBlock[Workloads.RandomReplacement.Slots];
        Workloads.RandomReplacement.Fill(allocator, blocks);
        return operations => Workloads.RandomReplacement.Run(allocator, blocks, operations);
    }

    public override Func<int, TimeSpan> ProducerConsumer(nuint size, ThreadPair threads)
    {
        var allocator = make(size);
        var ring = new Ring<TBlock>();
        return operations =>
        {
            var (producer, consumer) = threads.Run(
                () => Workloads.ProducerConsumer.Produce(allocator, size, ring, operations),
                () => Workloads.ProducerConsumer.Consume(allocator, ring, operations));
            return producer > consumer ? producer : consumer;
        };
    }

    public override Func<int, TimeSpan> TwoThreads(nuint size, ThreadPair threads)
    {
        var alone = Pairs(size);
        return operations => threads.RunBoth(() => alone(operations));
    }
}
