using System.Runtime.CompilerServices;
using Kmem.Benchmarks.Allocator.Contestants;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary>Allocates many blocks, then frees them all: the last one first, or the first one first. An operation is one block.</summary>
internal static class Batches
{
    public const int Length = 1000;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RunLifo<TAllocator, TBlock>(TAllocator allocator, nuint size, TBlock[] blocks, int operations)
        where TAllocator : struct, IAllocator<TBlock>, allows ref struct
        where TBlock : struct, IBlock
    {
        for (var done = 0; done < operations; done += Length)
        {
            Fill(allocator, size, blocks);
            var i = blocks.Length;
            do
                allocator.Free(blocks[--i]);
            while (i > 0);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void RunFifo<TAllocator, TBlock>(TAllocator allocator, nuint size, TBlock[] blocks, int operations)
        where TAllocator : struct, IAllocator<TBlock>, allows ref struct
        where TBlock : struct, IBlock
    {
        for (var done = 0; done < operations; done += Length)
        {
            Fill(allocator, size, blocks);
            var i = 0;
            do
                allocator.Free(blocks[i]);
            while (++i < blocks.Length);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill<TAllocator, TBlock>(TAllocator allocator, nuint size, TBlock[] blocks)
        where TAllocator : struct, IAllocator<TBlock>, allows ref struct
        where TBlock : struct, IBlock
    {
        var i = 0;
        do
        {
            blocks[i] = allocator.Allocate(size);
            blocks[i].Touch(i);
        }
        while (++i < blocks.Length);
    }
}
