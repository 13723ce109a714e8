using System.Collections.Concurrent;

namespace Kmem;

/// <summary>Memory that is freed once today's RCU readers have left: collected, then freed by a worker after one wait for all of them.</summary>
internal sealed unsafe class DelayedFrees
{
    private readonly Machine _machine;
    private readonly ConcurrentQueue<nint> _waiting = new();
    private readonly work_struct _work = new();

    public DelayedFrees(Machine machine)
    {
        _machine = machine;
        _work.Function = _ => FreeAll();
    }

    /// <summary>Takes memory of kmalloc; throws if it is none, or free already.</summary>
    public void Add(void* p)
    {
        _machine.Slab.SizeOf(p);
        _waiting.Enqueue((nint)p);
        _machine.WorkQueue.TrySchedule(_work);
    }

    private void FreeAll()
    {
        List<nint> batch = [];
        while (_waiting.TryDequeue(out nint p))
            batch.Add(p);
        _machine.Rcu.Synchronize();
        foreach (nint p in batch)
            Free((void*)p);
    }

    // Who released the memory a second time is gone, and the others' is to be freed all the same.
    private void Free(void* p)
    {
        try
        {
            _machine.Slab.Free(_machine.Block, p);
        }
        catch (KernelBugException bug)
        {
            _machine.Log.Write($"{bug.Message} Released by kfree_rcu.");
        }
    }
}
