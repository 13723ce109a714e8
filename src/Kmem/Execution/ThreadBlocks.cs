using Kmem.Platform;

namespace Kmem.Execution;

/// <summary>
/// Lends each thread that enters the machine a <see cref="CpuBlock"/>, and takes it back when the thread has ended. Whoever keeps things in the
/// blocks drains them: from one thread's (<see cref="Retiring"/>), or from all of them (<see cref="Drain"/>).
/// </summary>
internal sealed unsafe class ThreadBlocks : IDisposable
{
    /// <summary>Bytes a thread keeps, roughly.</summary>
    private const long Weight = 64 * 1024;

    private static int s_lastId;
    [ThreadStatic] private static List<Lease>? s_leases;

    private readonly HostMemory _host;
    private readonly nuint _blockBytes;
    private readonly int _cpus;
    private readonly bool _processWide;
    // Guards the list, for moments. The other one is held while threads are waited for: a sleeping lock.
    private RawSpinLock _lock;
    private readonly Lock _drainLock = new();
    private readonly List<nint> _live = [];
    private volatile bool _disposed;

    public ThreadBlocks(HostMemory host, nuint arrayBytes, int cpus, bool processWide)
    {
        _host = host;
        _blockBytes = CpuBlock.HeaderBytes + arrayBytes;
        _cpus = cpus;
        _processWide = processWide;
        Idle = new IdleBlocks(this);
    }

    /// <summary>Called with the block of a thread that has ended.</summary>
    public event Action<nint>? Retiring;

    /// <summary>What empties the blocks of idle threads.</summary>
    public IdleBlocks Idle { get; }

    /// <summary>Number of threads that hold a block.</summary>
    public int Count
    {
        get
        {
            using (_lock.Hold())
                return _live.Count;
        }
    }

    /// <summary>The calling thread's block, lent on its first call.</summary>
    public CpuBlock* Current
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            CpuBlock* own = CurrentOrNull;
            return own != null ? own : Lend();
        }
    }

    /// <summary>The calling thread's block; null before its first call.</summary>
    public CpuBlock* CurrentOrNull
    {
        get
        {
            foreach (Lease lease in s_leases ?? [])
            {
                if (lease.Owner == this)
                    return lease.Block;
            }
            return null;
        }
    }

    /// <summary>True if the condition holds for a block.</summary>
    public bool Any(Predicate<nint> condition)
    {
        using (_lock.Hold())
            return _live.Exists(condition);
    }

    /// <summary>Calls <paramref name="visit"/> with each block; its thread may work on it meanwhile.</summary>
    public void Visit(Action<nint> visit)
    {
        using (_lock.Hold())
            _live.ForEach(visit);
    }

    /// <summary>Runs <paramref name="drain"/> over every block while its thread stays out of its arrays.</summary>
    public void Drain(Action<nint> drain)
    {
        // Before any lock: of two threads that drain, each would wait for what the other has pinned.
        CpuBlock* own = CurrentOrNull;
        int pins = own == null ? 0 : CpuBlock.SuspendPins(own);
        try
        {
            DrainOthers(drain);
        }
        finally
        {
            if (own != null)
                CpuBlock.Repin(own, pins);
        }
    }

    private void DrainOthers(Action<nint> drain)
    {
        using (_drainLock.EnterSteadily())
        {
            nint[] blocks;
            using (_lock.Hold())
                blocks = [.. _live];
            foreach (nint block in blocks)
                Volatile.Write(ref ((CpuBlock*)block)->Revoked, 1);
            // The owners' plain stores and loads may pass each other; one barrier in every thread orders them for all.
            Interlocked.MemoryBarrierProcessWide();
            try
            {
                foreach (nint block in blocks)
                {
                    WaitUntilOut((CpuBlock*)block);
                    drain(block);
                }
            }
            finally
            {
                foreach (nint block in blocks)
                    Volatile.Write(ref ((CpuBlock*)block)->Revoked, 0);
            }
        }
    }

    public void Dispose()
    {
        Idle.Dispose();
        // The drain lock: the block of a thread that has ended may be on its way back, and must not go meanwhile.
        using (_drainLock.EnterSteadily())
        {
            using (_lock.Hold())
            {
                _disposed = true;
                foreach (nint block in _live)
                    _host.FreeTable((void*)block, _blockBytes);
                _live.Clear();
            }
        }
        s_leases?.RemoveAll(lease => lease.Owner == this);
    }

    private static void WaitUntilOut(CpuBlock* block)
    {
        PatientSpin wait = default;
        while (Volatile.Read(ref block->Busy) != 0 || Volatile.Read(ref block->Pins) != 0)
            wait.SpinOnce();
        wait.End();
    }

    private CpuBlock* Lend()
    {
        CpuBlock* block = (CpuBlock*)_host.AllocateTable(_blockBytes);
        block->Id = Interlocked.Increment(ref s_lastId);
        block->CpuRevoked = 1;
        block->LastTakenFrom = (byte*)block + CpuBlock.HeaderBytes;
        block->StackBase = (nuint)(&block);
        using (_lock.Hold())
        {
            block->Cpu = _live.Count % _cpus;
            _live.Add((nint)block);
        }
        // A lease is small but what hangs on it is not: many short-lived threads are a reason to collect.
        GC.AddMemoryPressure(Weight);
        s_leases ??= [];
        s_leases.RemoveAll(lease => lease.Owner._disposed);
        s_leases.Add(new Lease(this, block));
        if (_processWide)
            FastThread.Block = block;
        return block;
    }

    // Called by the finalizer, which must not wait: a drain that holds the lock may be waiting for the next lease in the finalizer's queue.
    private void OnThreadEnded(nint block)
    {
        using (_lock.Hold())
        {
            if (_live.Contains(block))
                CpuBlock.SuspendPins((CpuBlock*)block);
        }
        if (!_drainLock.TryEnter())
        {
            ThreadPool.UnsafeQueueUserWorkItem(_ => TakeBack(block), null);
            return;
        }
        try
        {
            TakeBack(block);
        }
        finally
        {
            _drainLock.Exit();
        }
    }

    // The drain lock keeps a drain that has listed this block from touching it after it is gone.
    private void TakeBack(nint block)
    {
        using (_drainLock.EnterSteadily())
        {
            if (_disposed)
                return;
            Retiring?.Invoke(block);
            using (_lock.Hold())
            {
                if (_live.Remove(block))
                    _host.FreeTable((void*)block, _blockBytes);
            }
        }
    }

    /// <summary>Held by a thread static alone, so it is finalized once the thread has ended.</summary>
    private sealed class Lease(ThreadBlocks owner, CpuBlock* block)
    {
        public readonly ThreadBlocks Owner = owner;
        public readonly CpuBlock* Block = block;

        ~Lease()
        {
            GC.RemoveMemoryPressure(Weight);
            Owner.OnThreadEnded((nint)Block);
        }
    }
}
