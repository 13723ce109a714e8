using System.Runtime.CompilerServices;
using Kmem.Benchmarks.Allocator.Contestants;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary>One thread allocates, another frees. An operation is one block.</summary>
internal static class ProducerConsumer
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Produce<TAllocator, TBlock>(TAllocator allocator, nuint size, Ring<TBlock> ring, int operations)
        where TAllocator : struct, IAllocator<TBlock>
        where TBlock : struct, IBlock
    {
        var i = 0;
        do
        {
            var block = allocator.Allocate(size);
            block.Touch(i);
            ring.Put(block);
        }
        while (++i < operations);

        ring.Publish();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Consume<TAllocator, TBlock>(TAllocator allocator, Ring<TBlock> ring, int operations)
        where TAllocator : struct, IAllocator<TBlock>
        where TBlock : struct, IBlock
    {
        var i = 0;
        do
            allocator.Free(ring.Take());
        while (++i < operations);
    }
}
