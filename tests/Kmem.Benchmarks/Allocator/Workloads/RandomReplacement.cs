using System.Runtime.CompilerServices;
using Kmem.Benchmarks.Allocator.Contestants;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary>Keeps many blocks of mixed sizes and replaces a random one, again and again. An operation is one replacement.</summary>
internal static class RandomReplacement
{
    public const int Slots = 10_000;
    private const double SmallestSize = 16, LargestSize = 4096;

    private static readonly (ushort Slot, ushort Size)[] s_choices = MakeChoices();

    /// <summary>Fills all slots, once, before the first replacement.</summary>
    public static void Fill<TAllocator, TBlock>(TAllocator allocator, TBlock[] blocks)
        where TAllocator : struct, IAllocator<TBlock>
        where TBlock : struct, IBlock
    {
        for (var i = 0; i < blocks.Length; i++)
            blocks[i] = allocator.Allocate(s_choices[i].Size);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Run<TAllocator, TBlock>(TAllocator allocator, TBlock[] blocks, int operations)
        where TAllocator : struct, IAllocator<TBlock>
        where TBlock : struct, IBlock
    {
        var choices = s_choices;
        var i = 0;
        do
        {
            var (slot, size) = choices[i & (choices.Length - 1)];
            allocator.Free(blocks[slot]);
            var block = allocator.Allocate(size);
            block.Touch(i);
            blocks[slot] = block;
        }
        while (++i < operations);
    }

    // Sizes as programs have them: as many between 16 and 32 bytes as between 1 and 2 KiB.
    private static (ushort Slot, ushort Size)[] MakeChoices()
    {
        const int count = 1 << 16;
        var random = new Random(1);
        var choices = new (ushort Slot, ushort Size)[count];
        for (var i = 0; i < count; i++)
            choices[i] = ((ushort)random.Next(Slots), (ushort)(SmallestSize * Math.Pow(LargestSize / SmallestSize, random.NextDouble())));
        return choices;
    }
}
