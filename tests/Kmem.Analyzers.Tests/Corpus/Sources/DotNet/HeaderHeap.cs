using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using System.Threading;

namespace Corpus.HeaderHeap;

/// <summary>What stands in front of every block: the block itself begins behind it.</summary>
internal struct BlockHeader
{
    public nuint Size;
    public int Tag;
    public int Generation;
}

/// <summary>A spin lock that is held from where the guard is made to where it goes out of scope.</summary>
internal ref struct SpinGuard
{
    private readonly ref SpinLock _lock;
    private bool _taken;

    public SpinGuard(ref SpinLock spinLock)
    {
        _lock = ref spinLock;
        _taken = false;
        _lock.Enter(ref _taken);
    }

    public void Dispose()
    {
        if (!_taken)
            return;

        _taken = false;
        _lock.Exit(useMemoryBarrier: false);
    }
}

/// <summary>The same where nobody waits: who did not get the lock is told so.</summary>
internal ref struct TryGuard
{
    private readonly ref SpinLock _lock;
    private bool _taken;

    public TryGuard(ref SpinLock spinLock)
    {
        _lock = ref spinLock;
        _taken = false;
        _lock.TryEnter(ref _taken);
    }

    public readonly bool IsTaken => _taken;

    public void Dispose()
    {
        if (_taken)
            _lock.Exit(useMemoryBarrier: false);
    }
}

/// <summary>Frees memory at the end of a scope, unless it was taken out.</summary>
internal unsafe ref struct FreeAtEnd
{
    private readonly ref nint _memory;

    public FreeAtEnd(ref nint memory) => _memory = ref memory;

    public void Dispose()
    {
        Marshal.FreeHGlobal(_memory);
        _memory = 0;
    }
}

/// <summary>Blocks that know their size, and counters of them that several threads keep.</summary>
internal static unsafe class HeaderHeap
{
    private static readonly List<nint> Kept = new();
    private static SpinLock s_lock = new(enableThreadOwnerTracking: false);
    private static nuint s_bytes;
    private static int s_blocks;
    private static nint s_spare;

    public static void* Allocate(nuint size, int tag)
    {
        var header = (BlockHeader*)NativeMemory.Alloc((nuint)sizeof(BlockHeader) + size);
        *header = new BlockHeader { Size = size, Tag = tag };
        Count(1, size);
        return header + 1;
    }

    public static byte* AllocateBytes(int size) => (byte*)NativeMemory.AllocZeroed((nuint)size + 16) + 16;

    public static void FreeBytes(byte* block) => NativeMemory.Free(block - 16);

    public static void Free(void* block)
    {
        if (block == null)
            return;

        BlockHeader* header = (BlockHeader*)block - 1;
        Count(-1, header->Size);
        NativeMemory.Free(header);
    }

    public static void* Reallocate(void* block, nuint size)
    {
        if (block == null)
            return Allocate(size, tag: 0);

        BlockHeader* header = (BlockHeader*)block - 1;
        void* grown = Allocate(size, header->Tag);
        Buffer.MemoryCopy(block, grown, size, Math.Min(size, header->Size));
        Free(block);
        return grown;
    }

    public static int Fill(nuint size)
    {
        byte* block = (byte*)Allocate(size, tag: 1);
        block[0] = 1;
        byte* small = AllocateBytes(16);
        small[0] = block[0];
        int sum = small[0] + block[0];
        FreeBytes(small);
        Free(block);
        return sum;
    }

    public static bool TryCount(out int blocks)
    {
        using var guard = new TryGuard(ref s_lock);
        if (!guard.IsTaken)
        {
            blocks = 0;
            return false;
        }

        blocks = s_blocks;
        return true;
    }

    public static nuint CountBytes()
    {
        using (new SpinGuard(ref s_lock))
        {
            if (s_blocks == 0)
                return 0;
            return s_bytes;
        }
    }

    /// <summary>What the scope still has at its end is freed.</summary>
    public static int ReadOnce(int size)
    {
        nint memory = Marshal.AllocHGlobal(size);
        using (new FreeAtEnd(ref memory))
        {
            Marshal.WriteInt32(memory, size);
            return Marshal.ReadInt32(memory);
        }
    }

    /// <summary>Puts new memory in the place of the spare one, which goes.</summary>
    public static void RenewSpare(int size)
    {
        nint memory = Marshal.AllocHGlobal(size);
        Trade(ref memory, ref s_spare);
        Marshal.FreeHGlobal(memory);
    }

    public static void KeepMore(int count)
    {
        for (int i = 0; i < count; i++)
        {
            nint memory = Marshal.AllocHGlobal(64);
            Keep(in memory);
        }
    }

    public static void DropKept()
    {
        foreach (nint memory in Kept)
            Marshal.FreeHGlobal(memory);
        Kept.Clear();
    }

    private static void Keep(in nint memory) => Kept.Add(memory);

    private static void Trade(ref nint first, ref nint second) => (first, second) = (second, first);

    private static void Count(int blocks, nuint bytes)
    {
        using var guard = new SpinGuard(ref s_lock);
        s_blocks += blocks;
        s_bytes = blocks > 0 ? s_bytes + bytes : s_bytes - bytes;
    }
}
