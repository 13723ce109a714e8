using System.Buffers;
using Kmem.Annotations;

namespace Kmem;

/// <summary>A <see cref="MemoryPool{T}"/> over the process-wide machine: kmalloc up to 128 KiB, vmalloc above. Owners must be disposed; see <see cref="KmemMemory"/>.</summary>
public sealed class KmemMemoryPool : MemoryPool<byte>
{
    private const int DefaultSize = 4096;

    private KmemMemoryPool()
    {
    }

    /// <summary>The pool; it is never disposed.</summary>
    public static new KmemMemoryPool Shared { get; } = new();

    /// <inheritdoc/>
    public override int MaxBufferSize => int.MaxValue;

    /// <summary>Memory of at least this size, not cleared. May sleep.</summary>
    /// <param name="minBufferSize">Bytes, 0 or more; -1: 4 KiB.</param>
    /// <returns>Its owner; the memory is exactly as large as asked for.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The size is below -1.</exception>
    /// <exception cref="InsufficientMemoryException">The machine has no memory for it.</exception>
    [MightSleep]
    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(minBufferSize, -1);
        int size = minBufferSize < 0 ? DefaultSize : minBufferSize;
        return size <= Kernel.KMALLOC_MAX_SIZE ? KmemMemory.Kmalloc(size) : KmemMemory.Vmalloc(size);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
