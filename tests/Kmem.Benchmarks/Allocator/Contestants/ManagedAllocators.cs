using System.Buffers;

namespace Kmem.Benchmarks.Allocator.Contestants;

/// <summary>Arrays lent by .NET's pool.</summary>
internal readonly struct SharedArrayPool : IAllocator<ManagedBlock>
{
    public ManagedBlock Allocate(nuint size) => new(ArrayPool<byte>.Shared.Rent((int)size));

    public void Free(ManagedBlock block) => ArrayPool<byte>.Shared.Return(block.Array);
}

/// <summary>New arrays, which the garbage collector frees.</summary>
internal readonly struct NewArray : IAllocator<ManagedBlock>
{
    public ManagedBlock Allocate(nuint size) => new(new byte[size]);

    public void Free(ManagedBlock block)
    {
    }
}
