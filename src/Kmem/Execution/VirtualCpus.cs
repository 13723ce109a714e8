using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Kmem.Execution;

/// <summary>
/// The machine's CPUs. A thread that enters a section (preemption, bottom halves or interrupts off) is alone on its CPU until it leaves the last one.
/// A CPU is leased to the thread that used it last, which then enters and leaves by writing one word of its own. A thread without a CPU takes
/// the lease of a thread that is in no section; where threads take a CPU from each other too often they share it behind a lock for a while.
/// </summary>
internal sealed unsafe class VirtualCpus
{
    private static readonly TimeSpan s_quickTheft = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_sharingTime = TimeSpan.FromMilliseconds(20);

    private readonly VirtualCpu[] _cpus;
    private RawSpinLock _lock;

    public VirtualCpus(int count)
    {
        _cpus = new VirtualCpu[count];
        for (int i = 0; i < count; i++)
            _cpus[i] = new VirtualCpu();
    }

    public int Count => _cpus.Length;

    /// <summary>Adds <paramref name="delta"/> to what the thread holds, after getting it a CPU if it holds nothing yet.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Enter(VirtualCpus cpus, CpuBlock* block, ulong delta)
    {
        ulong held = block->Held;
        Volatile.Write(ref block->Held, held + delta);
        if (held == 0 && Volatile.Read(ref block->CpuRevoked) != 0)
            cpus.EnterSlow(block, delta);
    }

    /// <summary>Takes <paramref name="delta"/> from what the thread holds; with the last of it the thread is off its CPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Leave(VirtualCpus cpus, CpuBlock* block, ulong delta)
    {
        ulong held = block->Held - delta;
        Volatile.Write(ref block->Held, held);
        if (held == 0 && block->OnSharedCpu != 0)
            cpus.LeaveShared(block);
    }

    /// <summary>Frees the CPU of a thread that has ended.</summary>
    public void Retire(CpuBlock* block)
    {
        using (_lock.Hold())
        {
            foreach (VirtualCpu cpu in _cpus)
            {
                if (cpu.Lessee == block)
                    cpu.Lessee = null;
                if (cpu.Holder == block)
                    cpu.Holder = null;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EnterSlow(CpuBlock* block, ulong delta)
    {
        // Step back first: a thief that sees the word set would wait for a section that has not begun.
        Volatile.Write(ref block->Held, 0);
        PatientSpin wait = default;
        while (!TryEnterSlow(block, delta))
            wait.SpinOnce();
        wait.End();
    }

    private bool TryEnterSlow(CpuBlock* block, ulong delta)
    {
        using (_lock.Hold())
        {
            bool isOn = TryKeepLease(block) || TryLeaseFree(block) || TryShare(block) || TrySteal(block);
            if (isOn)
                Volatile.Write(ref block->Held, delta);
            return isOn;
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LeaveShared(CpuBlock* block)
    {
        using (_lock.Hold())
        {
            VirtualCpu cpu = _cpus[block->Cpu];
            block->OnSharedCpu = 0;
            cpu.Holder = null;
            if (Stopwatch.GetElapsedTime(cpu.Since) > s_sharingTime)
                cpu.IsShared = false;
        }
    }

    private bool TryKeepLease(CpuBlock* block)
    {
        if (_cpus[block->Cpu].Lessee != block)
            return false;
        block->CpuRevoked = 0;
        return true;
    }

    private bool TryLeaseFree(CpuBlock* block)
    {
        for (int i = 0; i < _cpus.Length; i++)
        {
            int number = (block->Cpu + i) % _cpus.Length;
            if (_cpus[number].Lessee == null && !_cpus[number].IsShared)
            {
                Lease(number, block);
                return true;
            }
        }
        return false;
    }

    private bool TryShare(CpuBlock* block)
    {
        for (int i = 0; i < _cpus.Length; i++)
        {
            int number = (block->Cpu + i) % _cpus.Length;
            if (_cpus[number].IsShared && _cpus[number].Holder == null)
            {
                Hold(number, block);
                return true;
            }
        }
        return false;
    }

    private bool TrySteal(CpuBlock* block)
    {
        for (int i = 0; i < _cpus.Length; i++)
        {
            int number = (block->Cpu + i) % _cpus.Length;
            if (_cpus[number].Lessee == null || !TryRevoke(_cpus[number]))
                continue;
            if (Stopwatch.GetElapsedTime(_cpus[number].Since) < s_quickTheft)
            {
                _cpus[number].IsShared = true;
                _cpus[number].Since = Stopwatch.GetTimestamp();
                Hold(number, block);
            }
            else
            {
                Lease(number, block);
            }
            return true;
        }
        return false;
    }

    // Two looks at the word, with a barrier in every thread between: after it the lessee either is seen inside or sees the revocation.
    private static bool TryRevoke(VirtualCpu cpu)
    {
        CpuBlock* lessee = cpu.Lessee;
        if (Volatile.Read(ref lessee->Held) != 0)
            return false;
        Volatile.Write(ref lessee->CpuRevoked, 1);
        Interlocked.MemoryBarrierProcessWide();
        if (Volatile.Read(ref lessee->Held) != 0)
        {
            Volatile.Write(ref lessee->CpuRevoked, 0);
            return false;
        }
        cpu.Lessee = null;
        return true;
    }

    private void Lease(int number, CpuBlock* block)
    {
        _cpus[number].Lessee = block;
        _cpus[number].Since = Stopwatch.GetTimestamp();
        block->Cpu = number;
        Volatile.Write(ref block->CpuRevoked, 0);
    }

    private void Hold(int number, CpuBlock* block)
    {
        _cpus[number].Holder = block;
        block->Cpu = number;
        block->OnSharedCpu = 1;
    }

    private sealed class VirtualCpu
    {
        /// <summary>The thread that enters without asking; null: none, or the CPU is shared.</summary>
        public CpuBlock* Lessee;

        /// <summary>The thread inside a shared CPU.</summary>
        public CpuBlock* Holder;

        public bool IsShared;

        /// <summary>When it was leased, or began to be shared.</summary>
        public long Since;
    }
}
