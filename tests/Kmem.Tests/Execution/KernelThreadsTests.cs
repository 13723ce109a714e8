using Kmem.Execution;

namespace Kmem.Tests.ExecutionTests;

public class KernelThreadsTests
{
    [Fact]
    public void A_thread_is_started_by_another_and_can_be_waited_for()
    {
        int runs = 0;
        Thread[] threads = [.. Enumerable.Range(0, 20).Select(_ => new Thread(() => Interlocked.Increment(ref runs)))];
        foreach (Thread thread in threads)
            KernelThreads.Start(thread);
        foreach (Thread thread in threads)
            KernelThreads.Join(thread);
        Assert.Equal(20, runs);
        Assert.All(threads, thread => Assert.False(thread.IsAlive));
    }

    [Fact]
    public void Waiting_may_begin_before_the_start()
    {
        int runs = 0;
        Thread thread = new(() => runs++);
        Thread waiter = new(() => KernelThreads.Join(thread));
        waiter.Start();
        KernelThreads.Start(thread);
        waiter.Join();
        Assert.Equal(1, runs);
    }

    [Fact]
    public void A_thread_does_not_wait_for_its_own_end()
    {
        bool hasReturned = false;
        Thread thread = new(() =>
        {
            KernelThreads.Join(Thread.CurrentThread);
            hasReturned = true;
        });
        KernelThreads.Start(thread);
        KernelThreads.Join(thread);
        Assert.True(hasReturned);
    }

    [Fact]
    public void A_thread_may_start_others_while_it_runs()
    {
        int runs = 0;
        Thread inner = new(() => runs++);
        Thread outer = new(() =>
        {
            KernelThreads.Start(inner);
            KernelThreads.Join(inner);
            runs++;
        });
        KernelThreads.Start(outer);
        KernelThreads.Join(outer);
        Assert.Equal(2, runs);
    }
}
