using System;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Interop.Arenas;

/// <summary>Memory that is taken piece by piece and given back at once.</summary>
internal sealed unsafe class Arena : IDisposable
{
    private const nuint ChunkSize = 64 * 1024;

    private Chunk* _current;
    private nuint _reserved;

    private struct Chunk
    {
        public Chunk* Previous;
        public nuint Size;
        public nuint Used;
    }

    ~Arena() => FreeChunks();

    public nuint Reserved => _reserved;

    public T* New<T>()
        where T : unmanaged
    {
        T* item = (T*)Allocate((nuint)sizeof(T), (nuint)Unsafe.SizeOf<nint>());
        *item = default;
        return item;
    }

    public Span<T> NewSpan<T>(int length)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        void* items = Allocate(checked((nuint)length * (nuint)sizeof(T)), (nuint)Unsafe.SizeOf<nint>());
        var span = new Span<T>(items, length);
        span.Clear();
        return span;
    }

    public void* Allocate(nuint size, nuint alignment)
    {
        if (!BitOperations.IsPow2(alignment))
            throw new ArgumentException($"{alignment} is no power of two.", nameof(alignment));
        Chunk* chunk = _current;
        nuint start = chunk == null ? 0 : AlignUp(chunk->Used, alignment);
        if (chunk == null || start > chunk->Size || size > chunk->Size - start)
        {
            chunk = AddChunk(checked(size + alignment));
            start = AlignUp(chunk->Used, alignment);
        }

        chunk->Used = start + size;
        return (byte*)chunk + start;
    }

    /// <summary>Forgets everything but the last chunk.</summary>
    public void Reset()
    {
        Chunk* kept = _current;
        if (kept == null)
            return;
        _current = kept->Previous;
        FreeChunks();
        kept->Previous = null;
        kept->Used = (nuint)sizeof(Chunk);
        _reserved = kept->Size;
        _current = kept;
    }

    public void Dispose()
    {
        FreeChunks();
        GC.SuppressFinalize(this);
    }

    private Chunk* AddChunk(nuint atLeast)
    {
        nuint size = Math.Max(ChunkSize, checked(atLeast + (nuint)sizeof(Chunk)));
        var chunk = (Chunk*)NativeMemory.Alloc(size);
        chunk->Previous = _current;
        chunk->Size = size;
        chunk->Used = (nuint)sizeof(Chunk);
        _current = chunk;
        _reserved += size;
        return chunk;
    }

    private void FreeChunks()
    {
        Chunk* chunk = _current;
        _current = null;
        _reserved = 0;
        while (chunk != null)
        {
            Chunk* previous = chunk->Previous;
            NativeMemory.Free(chunk);
            chunk = previous;
        }
    }

    private static nuint AlignUp(nuint value, nuint alignment) => (value + alignment - 1) & ~(alignment - 1);
}

/// <summary>Objects of one size; freed ones are given out again.</summary>
internal unsafe struct FixedPool<T>
    where T : unmanaged
{
    private Entry* _free;
    private Entry* _all;

    private struct Entry
    {
        public Entry* NextFree;
        public Entry* NextOfAll;
        public T Value;
    }

    public T* Rent()
    {
        Entry* entry = _free;
        if (entry != null)
        {
            _free = entry->NextFree;
        }
        else
        {
            entry = (Entry*)NativeMemory.Alloc((nuint)sizeof(Entry));
            entry->NextOfAll = _all;
            _all = entry;
        }

        entry->NextFree = null;
        entry->Value = default;
        return &entry->Value;
    }

    public void Return(T* value)
    {
        if (value == null)
            return;
        var entry = (Entry*)((byte*)value - Offset());
        entry->NextFree = _free;
        _free = entry;
    }

    public void Destroy()
    {
        for (Entry* entry = _all; entry != null;)
        {
            Entry* next = entry->NextOfAll;
            NativeMemory.Free(entry);
            entry = next;
        }

        this = default;
    }

    private static nint Offset()
    {
        Entry entry = default;
        return (nint)((byte*)&entry.Value - (byte*)&entry);
    }
}
