using Kmem.Execution;
using Kmem.Observation;

namespace Kmem.Tests.ExecutionTests;

/// <summary>Work on threads of its own, who waits for it, and the end of the queue.</summary>
public class WorkQueueTests
{
    [Fact]
    public void Who_waits_for_work_that_is_done_does_not_wait_for_other_work()
    {
        using TestMachine machine = new();
        using WorkQueue queue = new(machine.Machine.Context, new KernelLog(null));
        using SemaphoreSlim mayEnd = new(0), isLongRunning = new(0);
        work_struct quick = new() { Function = _ => { } };
        work_struct slow = new()
        {
            Function = _ =>
            {
                isLongRunning.Release();
                mayEnd.Wait();
            },
        };
        queue.TrySchedule(slow);
        isLongRunning.Wait();
        Thread[] patient = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() => queue.Flush(slow)))];
        foreach (Thread thread in patient)
            thread.Start();
        for (int i = 0; i < 2000; i++)
        {
            queue.TrySchedule(quick);
            queue.Flush(quick);
        }
        mayEnd.Release();
        foreach (Thread thread in patient)
            thread.Join();
        Assert.Equal((false, false), (quick.IsPending || quick.IsRunning, slow.IsPending || slow.IsRunning));
    }

    [Fact]
    public void Who_waits_for_work_that_queues_itself_again_waits_for_what_was_queued_before()
    {
        using TestMachine machine = new();
        using WorkQueue queue = new(machine.Machine.Context, new KernelLog(null));
        bool isStopping = false;
        int runs = 0;
        work_struct restless = new();
        restless.Function = work =>
        {
            Interlocked.Increment(ref runs);
            if (!Volatile.Read(ref isStopping))
                queue.TrySchedule(work);
        };
        Assert.True(queue.TrySchedule(restless));
        queue.Flush(restless);
        Assert.True(Volatile.Read(ref runs) > 0);
        queue.Flush(restless);
        Volatile.Write(ref isStopping, true);
        queue.Flush(restless);
        // The run that was on its way may have queued it once more.
        queue.Flush(restless);
        Assert.Equal((runs, runs), ((int)restless.Queued, (int)restless.Done));
    }

    [Fact]
    public void The_end_of_the_queue_lets_go_who_waits_for_work_that_goes_on()
    {
        using TestMachine machine = new();
        WorkQueue queue = new(machine.Machine.Context, new KernelLog(null));
        using SemaphoreSlim mayEnd = new(0), isRunning = new(0);
        work_struct work = new()
        {
            Function = _ =>
            {
                isRunning.Release();
                mayEnd.Wait();
            },
        };
        queue.TrySchedule(work);
        isRunning.Wait();
        Thread[] waiters = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() => queue.Flush(work)))];
        foreach (Thread thread in waiters)
            thread.Start();
        Thread disposer = new(queue.Dispose);
        disposer.Start();
        foreach (Thread thread in waiters)
            thread.Join();
        Assert.True(disposer.IsAlive);
        mayEnd.Release();
        disposer.Join();
        Assert.False(work.IsRunning);
        queue.Dispose();
    }

    [Fact]
    public void Work_that_fails_ends_alone()
    {
        List<string> log = [];
        using TestMachine machine = new();
        using WorkQueue queue = new(machine.Machine.Context, new KernelLog(log.Add));
        int runs = 0;
        work_struct fails = new() { Function = _ => throw new InvalidOperationException("broken") };
        work_struct works = new() { Function = _ => runs++ };
        for (int i = 0; i < 20; i++)
        {
            queue.TrySchedule(fails);
            queue.Flush(fails);
            queue.TrySchedule(works);
            queue.Flush(works);
        }
        Assert.Equal(20, runs);
        Assert.Equal(20, log.Count);
        Assert.All(log, line => Assert.Contains("BUG: a work function failed: System.InvalidOperationException: broken", line));
    }

    [Fact]
    public void Work_may_end_the_queue_it_runs_on()
    {
        using TestMachine machine = new();
        WorkQueue queue = new(machine.Machine.Context, new KernelLog(null));
        using ManualResetEventSlim hasEnded = new();
        work_struct last = new()
        {
            Function = _ =>
            {
                queue.Dispose();
                hasEnded.Set();
            },
        };
        queue.TrySchedule(last);
        hasEnded.Wait();
        queue.Dispose();
    }

    [Fact]
    public void Each_queued_work_runs_though_all_threads_are_busy()
    {
        using TestMachine machine = new();
        using WorkQueue queue = new(machine.Machine.Context, new KernelLog(null));
        using SemaphoreSlim mayEnd = new(0);
        int runs = 0;
        work_struct[] works = [.. Enumerable.Range(0, 30).Select(_ => new work_struct
        {
            Function = _ =>
            {
                mayEnd.Wait();
                Interlocked.Increment(ref runs);
            },
        })];
        foreach (work_struct work in works)
            Assert.True(queue.TrySchedule(work));
        mayEnd.Release(works.Length);
        foreach (work_struct work in works)
            queue.Flush(work);
        Assert.Equal(works.Length, runs);
    }
}
