using System.Runtime.CompilerServices;
using Kmem.Benchmarks.Allocator.Contestants;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary>Allocates a block, touches it, and frees it at once.</summary>
internal static class Pairs
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TAllocator, TBlock>(TAllocator allocator, nuint size, int operations)
        where TAllocator : struct, IAllocator<TBlock>, allows ref struct
        where TBlock : struct, IBlock
    {
        for (var i = 0; i < operations; i++)
        {
            var block = allocator.Allocate(size);
            block.Touch(i);
            allocator.Free(block);
        }
    }
}
