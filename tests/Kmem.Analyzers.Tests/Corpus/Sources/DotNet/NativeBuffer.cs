using System;
using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Threading;

namespace Interop.Buffers;

/// <summary>Native memory that is freed with its handle.</summary>
internal sealed unsafe class NativeMemoryHandle : SafeHandle
{
    private NativeMemoryHandle(void* memory, nuint size)
        : base(0, ownsHandle: true)
    {
        SetHandle((nint)memory);
        Size = size;
        GC.AddMemoryPressure((long)size);
    }

    public override bool IsInvalid => handle == 0;

    public nuint Size { get; }

    public static NativeMemoryHandle Allocate(nuint size, bool zeroed)
    {
        ArgumentOutOfRangeException.ThrowIfZero(size);
        void* memory = zeroed ? NativeMemory.AllocZeroed(size) : NativeMemory.Alloc(size);
        return new NativeMemoryHandle(memory, size);
    }

    public void CopyFrom(ReadOnlySpan<byte> bytes, nuint offset)
    {
        if (offset > Size || (nuint)bytes.Length > Size - offset)
            throw new ArgumentOutOfRangeException(nameof(offset), offset, $"The block has {Size} bytes.");
        bool taken = false;
        try
        {
            DangerousAddRef(ref taken);
            bytes.CopyTo(new Span<byte>((byte*)DangerousGetHandle() + offset, bytes.Length));
        }
        finally
        {
            if (taken)
                DangerousRelease();
        }
    }

    protected override bool ReleaseHandle()
    {
        NativeMemory.Free((void*)handle);
        GC.RemoveMemoryPressure((long)Size);
        return true;
    }
}

/// <summary>A typed array in aligned native memory, with the full pattern of Dispose.</summary>
internal unsafe class AlignedArray<T> : IDisposable
    where T : unmanaged
{
    private const int Alignment = 64;

    private T* _items;

    public AlignedArray(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _items = (T*)NativeMemory.AlignedAlloc(checked((nuint)length * (nuint)sizeof(T)), Alignment);
        NativeMemory.Clear(_items, (nuint)length * (nuint)sizeof(T));
        Length = length;
    }

    ~AlignedArray() => Dispose(disposing: false);

    public int Length { get; private set; }

    public ref T this[int index]
    {
        get
        {
            ObjectDisposedException.ThrowIf(_items == null, this);
            if ((uint)index >= (uint)Length)
                throw new ArgumentOutOfRangeException(nameof(index));
            return ref _items[index];
        }
    }

    public Span<T> AsSpan() => new(_items, _items == null ? 0 : Length);

    public void Resize(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ObjectDisposedException.ThrowIf(_items == null, this);
        _items = (T*)NativeMemory.AlignedRealloc(_items, checked((nuint)length * (nuint)sizeof(T)), Alignment);
        if (length > Length)
            new Span<T>(_items + Length, length - Length).Clear();
        Length = length;
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
        T* items = _items;
        _items = null;
        Length = 0;
        NativeMemory.AlignedFree(items);
    }
}

/// <summary>A block whose owner may change: whoever takes the pointer out frees it.</summary>
internal sealed unsafe class TransferableBlock : IDisposable
{
    private nint _memory;

    public TransferableBlock(int size) => _memory = Marshal.AllocHGlobal(size);

    public static TransferableBlock Copy(ReadOnlySpan<byte> bytes)
    {
        var block = new TransferableBlock(bytes.Length);
        bytes.CopyTo(new Span<byte>((void*)block._memory, bytes.Length));
        return block;
    }

    /// <summary>The memory; the caller frees it with <see cref="Marshal.FreeHGlobal"/>.</summary>
    public nint Detach() => Interlocked.Exchange(ref _memory, 0);

    public void Dispose()
    {
        Marshal.FreeHGlobal(Interlocked.Exchange(ref _memory, 0));
        GC.SuppressFinalize(this);
    }

    ~TransferableBlock() => Dispose();
}

/// <summary>Memory for spans and streams over a native block.</summary>
internal sealed unsafe class NativeMemoryManager(int length) : MemoryManager<byte>
{
    private byte* _memory = (byte*)NativeMemory.Alloc((nuint)length);
    private int _pins;

    public override Span<byte> GetSpan() => new(_memory, _memory == null ? 0 : length);

    public override MemoryHandle Pin(int elementIndex = 0)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)elementIndex, (uint)length);
        Interlocked.Increment(ref _pins);
        return new MemoryHandle(Unsafe.Add<byte>(_memory, elementIndex), pinnable: this);
    }

    public override void Unpin() => Interlocked.Decrement(ref _pins);

    protected override void Dispose(bool disposing)
    {
        if (Volatile.Read(ref _pins) != 0)
            return;
        NativeMemory.Free(_memory);
        _memory = null;
    }
}
