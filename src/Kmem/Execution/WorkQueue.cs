using Kmem.Observation;

namespace Kmem.Execution;

/// <summary>
/// Work in process context, on threads of its own (kworker): started when needed, another one when all are busy or asleep, up to a few. The same work never runs twice
/// at once. Source: Linux Kernel Development, 3rd ed., ch. 8, "Work Queues".
/// </summary>
internal sealed class WorkQueue(KernelLog log) : IDisposable
{
    private const int MostThreads = 8;

    private readonly object _gate = new();
    private readonly LinkedList<work_struct> _pending = new();
    private readonly List<Thread> _threads = [];
    private int _idle;
    private bool _stopping;

    /// <summary>Queues work; false if it is queued already.</summary>
    public bool TrySchedule(work_struct work)
    {
        if (work.Function == null)
            throw new KernelBugException("BUG: schedule_work of work that INIT_WORK has not prepared.");
        lock (_gate)
        {
            if (work.IsPending)
                return false;
            work.IsPending = true;
            _pending.AddLast(work);
            if (_idle < _pending.Count && _threads.Count < MostThreads && !_stopping)
                StartThread();
            Monitor.PulseAll(_gate);
            return true;
        }
    }

    /// <summary>Waits until the work is neither queued nor running.</summary>
    public void Flush(work_struct work)
    {
        lock (_gate)
        {
            while ((work.IsPending || work.IsRunning) && !_stopping)
                Monitor.Wait(_gate);
        }
    }

    public void Dispose()
    {
        Thread[] threads;
        lock (_gate)
        {
            _stopping = true;
            Monitor.PulseAll(_gate);
            threads = [.. _threads];
        }
        foreach (Thread thread in threads)
            thread.Join();
    }

    private void StartThread()
    {
        Thread thread = new(Run) { Name = $"kworker/{_threads.Count}", IsBackground = true };
        _threads.Add(thread);
        thread.Start();
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
            lock (_gate)
            {
                work.IsRunning = false;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private work_struct? Take()
    {
        lock (_gate)
        {
            for (;;)
            {
                if (_stopping)
                    return null;
                work_struct? next = _pending.FirstOrDefault(work => !work.IsRunning);
                if (next != null)
                {
                    _pending.Remove(next);
                    next.IsPending = false;
                    next.IsRunning = true;
                    return next;
                }
                _idle++;
                Monitor.Wait(_gate);
                _idle--;
            }
        }
    }
}
