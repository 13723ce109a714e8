namespace Kmem.Benchmarks.Allocator.Contestants;

/// <summary>An allocator as the workloads see it. Implemented by structs, so that each workload is compiled for each of them, without calls through an interface.</summary>
/// <typeparam name="TBlock">What it hands out.</typeparam>
internal interface IAllocator<TBlock> where TBlock : struct, IBlock
{
    TBlock Allocate(nuint size);

    void Free(TBlock block);
}

/// <summary>Memory that an allocator hands out.</summary>
internal interface IBlock
{
    /// <summary>Writes to its first bytes, as every user of memory does.</summary>
    void Touch(int value);
}

/// <summary>Memory by its address.</summary>
internal readonly unsafe struct NativeBlock(void* address) : IBlock
{
    public void* Address => address;

    public void Touch(int value) => *(long*)address = value;
}

/// <summary>Memory of the garbage collector.</summary>
internal readonly struct ManagedBlock(byte[] array) : IBlock
{
    public byte[] Array => array;

    public void Touch(int value) => array[0] = (byte)value;
}
