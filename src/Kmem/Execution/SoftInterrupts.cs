using System.Diagnostics;
using Kmem.Observation;

namespace Kmem.Execution;

/// <summary>
/// Tasklets and timers. A tasklet scheduled in an interrupt runs when that ends, on the same thread; one scheduled elsewhere, and timers, run on a thread of their own
/// (ksoftirqd), which starts when it is needed first. Source: Linux Kernel Development, 3rd ed., ch. 8.
/// </summary>
internal sealed unsafe class SoftInterrupts(ContextTracker context, KernelLog log) : IDisposable
{
    public const int TicksPerSecond = 1000;

    private readonly SemaphoreSlim _wakeUps = new(0);
    private readonly long _boot = Stopwatch.GetTimestamp();
    private readonly Queue<tasklet_struct> _tasklets = new();
    private readonly PriorityQueue<timer_list, ulong> _timers = new();
    private RawSpinLock _gate;
    private Thread? _thread;
    private bool _asleep;
    private bool _stopping;

    // Of all machines: an interrupt of one may come while another's is handled.
    [ThreadStatic] private static List<(SoftInterrupts Owner, tasklet_struct Tasklet)>? s_ofThisThread;

    /// <summary>Milliseconds since boot.</summary>
    public ulong Ticks => (ulong)Stopwatch.GetElapsedTime(_boot).TotalMilliseconds;

    /// <summary>Queues a tasklet unless it is queued already.</summary>
    public void Schedule(CpuBlock* block, tasklet_struct tasklet)
    {
        if (tasklet.Function == null)
            throw new KernelBugException("BUG: tasklet_schedule of a tasklet that tasklet_init has not prepared.");
        if (Interlocked.Exchange(ref tasklet.Scheduled, 1) != 0)
            return;
        if ((block->Held & (SectionCount.SoftInterruptMask | SectionCount.HardInterruptMask)) != 0)
        {
            (s_ofThisThread ??= []).Add((this, tasklet));
            block->PendingSoftInterrupts = 1;
            return;
        }
        QueueForThread(tasklet);
    }

    /// <summary>Waits until the tasklet is neither queued nor running.</summary>
    public static void Kill(tasklet_struct tasklet)
    {
        SteadyWait wait = default;
        while (Volatile.Read(ref tasklet.Scheduled) != 0 || Volatile.Read(ref tasklet.Running) != 0)
            wait.SpinOrSleepOnce();
        wait.End();
    }

    /// <summary>Sets when the timer runs; true if it was pending before.</summary>
    public bool Modify(timer_list timer, ulong expires)
    {
        if (timer.Function == null)
            throw new KernelBugException("BUG: mod_timer of a timer that timer_setup has not prepared.");
        _gate.Enter();
        bool wasPending = timer.IsPending;
        timer.Expires = expires;
        // One that is put off stays where it is until then: what is put off for ever, as watchdogs are, must not fill the queue.
        if (wasPending && expires < timer.QueuedFor)
            _timers.Remove(timer, out _, out _);
        if (!wasPending || expires < timer.QueuedFor)
            Enqueue(timer);
        ExitAndWakeThread();
        return wasPending;
    }

    /// <summary>Runs what this thread's interrupt left, and timers that are due, in soft-interrupt context.</summary>
    public void RunPending(CpuBlock* block)
    {
        block->PendingSoftInterrupts = 0;
        context.Enter(block, SectionKind.SoftInterrupt);
        try
        {
            while (TakeOfThisThread() is { } tasklet)
                Run(tasklet);
            RunDueTimers();
        }
        finally
        {
            context.Leave(block, SectionKind.SoftInterrupt);
        }
    }

    public void Dispose()
    {
        _gate.Enter();
        _stopping = true;
        ExitAndWakeThread();
        if (_thread != null)
            KernelThreads.Join(_thread);
    }

    private void QueueForThread(tasklet_struct tasklet)
    {
        _gate.Enter();
        _tasklets.Enqueue(tasklet);
        ExitAndWakeThread();
    }

    // With the lock held, which is dropped before anybody is woken.
    private void ExitAndWakeThread()
    {
        bool isFirst = _thread == null && !_stopping;
        if (isFirst)
            _thread = new Thread(RunThread) { Name = "ksoftirqd", IsBackground = true };
        bool wasAsleep = _asleep;
        _asleep = false;
        _gate.Exit();
        if (isFirst)
            KernelThreads.Start(_thread!);
        if (wasAsleep)
            _wakeUps.Release();
    }

    private void RunThread()
    {
        while (WaitForWork(out tasklet_struct? tasklet))
        {
            CpuBlock* block = context.Blocks.Current;
            context.Enter(block, SectionKind.SoftInterrupt);
            try
            {
                if (tasklet != null)
                    Run(tasklet);
                RunDueTimers();
            }
            finally
            {
                // Runs what was scheduled meanwhile.
                context.Leave(block, SectionKind.SoftInterrupt);
            }
        }
    }

    // False: the machine is going down. Without a tasklet, a timer is due.
    private bool WaitForWork(out tasklet_struct? tasklet)
    {
        while (!TryFindWork(out tasklet, out TimeSpan most))
            _wakeUps.Wait(most);
        return !_stopping;
    }

    // False: there is nothing to do yet, and who brings something will wake the thread.
    private bool TryFindWork(out tasklet_struct? tasklet, out TimeSpan most)
    {
        most = Timeout.InfiniteTimeSpan;
        _gate.Enter();
        bool isThere = _tasklets.TryDequeue(out tasklet) || _stopping;
        if (!isThere && _timers.TryPeek(out _, out ulong expires))
        {
            ulong now = Ticks;
            isThere = expires <= now;
            most = TimeSpan.FromMilliseconds(Math.Min(expires - now, int.MaxValue));
        }
        _asleep = !isThere;
        _gate.Exit();
        return isThere;
    }

    // A tasklet never runs on two threads at once: who finds it running queues it again.
    private void Run(tasklet_struct tasklet)
    {
        if (Interlocked.Exchange(ref tasklet.Running, 1) != 0)
        {
            QueueForThread(tasklet);
            return;
        }
        Volatile.Write(ref tasklet.Scheduled, 0);
        RunOrReport(() => tasklet.Function!(tasklet.Data));
        Volatile.Write(ref tasklet.Running, 0);
    }

    private void RunDueTimers()
    {
        while (TakeDueTimer() is { } timer)
            RunOrReport(() => timer.Function!(timer));
    }

    // As in the kernel, a bug ends what ran, not the machine, nor what comes behind it.
    private void RunOrReport(Action run)
    {
        Footing before = context.TakeFooting();
        try
        {
            run();
        }
        catch (Exception error)
        {
            log.Write($"BUG: a tasklet or timer failed: {error}");
        }
        context.SetBack(before, "a tasklet or timer");
    }

    private tasklet_struct? TakeOfThisThread()
    {
        int first = s_ofThisThread?.FindIndex(waiting => waiting.Owner == this) ?? -1;
        if (first < 0)
            return null;
        tasklet_struct tasklet = s_ofThisThread![first].Tasklet;
        s_ofThisThread.RemoveAt(first);
        return tasklet;
    }

    private timer_list? TakeDueTimer()
    {
        _gate.Enter();
        timer_list? due = null;
        while (due == null && _timers.TryPeek(out timer_list? timer, out ulong queuedFor) && queuedFor <= Ticks)
        {
            _timers.Dequeue();
            timer.IsPending = false;
            if (timer.Expires > queuedFor)
                Enqueue(timer);
            else
                due = timer;
        }
        _gate.Exit();
        return due;
    }

    // With the lock held.
    private void Enqueue(timer_list timer)
    {
        timer.IsPending = true;
        timer.QueuedFor = timer.Expires;
        _timers.Enqueue(timer, timer.Expires);
    }
}
