using System.Runtime.CompilerServices;
using Kmem.Benchmarks.Allocator.Contestants;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary>
/// Allocates a block, touches it, and frees it at once. The loops of all workloads test at their end: the compiler takes what stays the same out of these at any size, but
/// out of long loops that test first it takes nothing.
/// </summary>
internal static class Pairs
{
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TAllocator, TBlock>(TAllocator allocator, nuint size, int operations)
        where TAllocator : struct, IAllocator<TBlock>, allows ref struct
        where TBlock : struct, IBlock
    {
        var i = 0;
        do
        {
            var block = allocator.Allocate(size);
            block.Touch(i);
            allocator.Free(block);
        }
        while (++i < operations);
    }
}
