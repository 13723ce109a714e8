using Kmem.Observation;

namespace Kmem.Execution;

/// <summary>
/// Work in process context, on threads of its own (kworker): started when needed, another one when all are busy or asleep, up to a few. The same work never runs twice
/// at once. Source: Linux Kernel Development, 3rd ed., ch. 8, "Work Queues".
/// </summary>
internal sealed class WorkQueue(ContextTracker context, KernelLog log) : IDisposable
{
    private const int MostThreads = 8;

    private readonly WaitQueue _idle = new();
    private readonly WaitQueue _flushing = new();
    private readonly LinkedList<work_struct> _pending = new();
    private readonly List<Thread> _threads = [];
    private RawSpinLock _gate;
    private int _idleThreads;
    private bool _stopping;

    /// <summary>Queues work; false if it is queued already.</summary>
    public bool TrySchedule(work_struct work)
    {
        if (work.Function == null)
            throw new KernelBugException("BUG: schedule_work of work that INIT_WORK has not prepared.");
        _gate.Enter();
        bool wasPending = work.IsPending;
        Thread? started = null;
        Waiter? woken = null;
        if (!wasPending)
        {
            work.IsPending = true;
            work.Queued++;
            _pending.AddLast(work);
            started = AddThreadIfNeeded();
            woken = _idle.TakeFirst();
        }
        _gate.Exit();
        if (started != null)
            KernelThreads.Start(started);
        Waiter.WakeAll(woken);
        return !wasPending;
    }

    /// <summary>Waits until the work has run as often as it was queued before.</summary>
    public void Flush(work_struct work)
    {
        // Not what is queued from now on: work that queues itself again would never end.
        long queued = Volatile.Read(ref work.Queued);
        while (IsBusy(work, queued))
            WaitQueue.Sleep();
    }

    public void Dispose()
    {
        _gate.Enter();
        _stopping = true;
        Waiter? idle = _idle.TakeAll();
        Waiter? flushing = _flushing.TakeAll();
        _gate.Exit();
        Waiter.WakeAll(idle);
        Waiter.WakeAll(flushing);
        // Nobody adds a thread any more.
        foreach (Thread thread in _threads)
            KernelThreads.Join(thread);
    }

    private Thread? AddThreadIfNeeded()
    {
        if (_idleThreads >= _pending.Count || _threads.Count == MostThreads || _stopping)
            return null;
        Thread thread = new(Run) { Name = $"kworker/{_threads.Count}", IsBackground = true };
        _threads.Add(thread);
        return thread;
    }

    // Who has to wait stands in the queue.
    private bool IsBusy(work_struct work, long queued)
    {
        _gate.Enter();
        bool isBusy = work.Done < queued && !_stopping;
        if (isBusy)
            _flushing.Join();
        _gate.Exit();
        return isBusy;
    }

    private void Run()
    {
        while (Take() is { } work)
        {
            try
            {
                work.Function!(work);
            }
            catch (Exception error)
            {
                // As in the kernel, a bug ends what ran, not the machine.
                log.Write($"BUG: a work function failed: {error}");
            }
            // Nothing is open on this thread between works.
            context.SetBack(default, "a work function");
            Finish(work);
        }
    }

    // The same work may have been queued again meanwhile, and a thread be asleep that would not run it twice at once.
    private void Finish(work_struct work)
    {
        _gate.Enter();
        work.IsRunning = false;
        work.Done++;
        Waiter? idle = work.IsPending ? _idle.TakeFirst() : null;
        Waiter? flushing = _flushing.TakeAll();
        _gate.Exit();
        Waiter.WakeAll(idle);
        Waiter.WakeAll(flushing);
    }

    private work_struct? Take()
    {
        work_struct? work;
        while (!TryTake(out work))
        {
            WaitQueue.Sleep();
            _gate.Enter();
            _idleThreads--;
            _gate.Exit();
        }
        return work;
    }

    // False: the thread stands in the queue of those with nothing to do. Null: the machine is going down.
    private bool TryTake(out work_struct? work)
    {
        _gate.Enter();
        work = _stopping ? null : _pending.FirstOrDefault(each => !each.IsRunning);
        bool isDone = work != null || _stopping;
        if (work != null)
        {
            _pending.Remove(work);
            work.IsPending = false;
            work.IsRunning = true;
        }
        else if (!isDone)
        {
            _idle.Join();
            _idleThreads++;
        }
        _gate.Exit();
        return isDone;
    }
}
