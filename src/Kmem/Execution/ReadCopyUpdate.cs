namespace Kmem.Execution;

/// <summary>
/// RCU: readers mark themselves with plain stores; who waits for them starts a new phase, makes every thread see it, and waits for the readers of the old one.
/// Source: Documentation/RCU/whatisRCU.txt.
/// </summary>
internal sealed unsafe class ReadCopyUpdate(ContextTracker context)
{
    private readonly Lock _lock = new();
    private long _phase = 1;

    public void EnterRead(CpuBlock* block)
    {
        context.Enter(block, SectionKind.Rcu);
        if (block->RcuDepth++ == 0)
            Volatile.Write(ref block->RcuPhase, Volatile.Read(ref _phase));
    }

    public void LeaveRead(CpuBlock* block)
    {
        if (block->RcuDepth == 0)
            throw new KernelBugException("BUG: unbalanced section: rcu_read_unlock without rcu_read_lock.");
        if (--block->RcuDepth == 0)
            Volatile.Write(ref block->RcuPhase, 0);
        context.Leave(block, SectionKind.Rcu);
    }

    /// <summary>Returns when every reader that is inside now has left. Sleeps.</summary>
    public void Synchronize()
    {
        using (_lock.EnterSteadily())
        {
            long phase = ++_phase;
            Interlocked.MemoryBarrierProcessWide();
            SteadyWait wait = default;
            while (context.Blocks.Any(block => ((CpuBlock*)block)->RcuPhase is > 0 and var entered && entered < phase))
                wait.SpinOrSleepOnce();
            wait.End();
        }
    }
}
