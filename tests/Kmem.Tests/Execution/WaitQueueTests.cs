using System.Collections.Concurrent;
using Kmem.Execution;

namespace Kmem.Tests.ExecutionTests;

/// <summary>Each sleeper is woken by its own wake-up, in the order of the queue, and none is lost.</summary>
public class WaitQueueTests
{
    private readonly WaitQueue _queue = new();

    [Fact]
    public void Who_came_first_is_woken_first()
    {
        using Sleepers sleepers = new(_queue, 4);
        foreach (int expected in new[] { 0, 1, 2, 3 })
        {
            Waiter.WakeAll(_queue.TakeFirst());
            Assert.Equal(expected, sleepers.NextAwake());
        }
        Assert.Null(_queue.TakeFirst());
    }

    [Fact]
    public void Who_joins_at_the_front_is_woken_before_the_others()
    {
        using Sleepers sleepers = new(_queue, 2);
        _queue.JoinFirst();
        Waiter.WakeAll(_queue.TakeFirst());
        WaitQueue.Sleep();
        Waiter.WakeAll(_queue.TakeFirst());
        Assert.Equal(0, sleepers.NextAwake());
        Waiter.WakeAll(_queue.TakeFirst());
        Assert.Equal(1, sleepers.NextAwake());
    }

    [Fact]
    public void Joining_an_empty_queue_at_the_front_keeps_its_end()
    {
        _queue.JoinFirst();
        using Sleepers sleepers = new(_queue, 1);
        Assert.Same(Waiter.OfThisThread, _queue.TakeFirst());
        Waiter.WakeAll(_queue.TakeFirst());
        Assert.Equal(0, sleepers.NextAwake());
        Assert.Null(_queue.TakeFirst());
    }

    [Fact]
    public void All_are_woken_together()
    {
        using Sleepers sleepers = new(_queue, 5);
        Waiter.WakeAll(_queue.TakeAll());
        Assert.Equal([0, 1, 2, 3, 4], Enumerable.Range(0, 5).Select(_ => sleepers.NextAwake()).Order());
        Assert.Null(_queue.TakeAll());
        Assert.Null(_queue.TakeFirst());
    }

    [Fact]
    public void A_wake_up_before_the_sleep_is_not_lost()
    {
        for (int i = 0; i < 3; i++)
        {
            _queue.Join();
            Waiter.WakeAll(_queue.TakeFirst());
            WaitQueue.Sleep();
        }
    }

    [Fact]
    public void Nobody_is_woken_in_an_empty_queue()
    {
        Waiter.WakeAll(_queue.TakeFirst());
        Waiter.WakeAll(_queue.TakeAll());
        _queue.Join();
        Assert.Same(Waiter.OfThisThread, _queue.TakeFirst());
    }

    [Fact]
    public void Who_waits_again_does_not_take_the_wake_up_of_another()
    {
        using ManualResetEventSlim isIn = new(), wakesAreOut = new(), isInAgain = new();
        bool hasMainWoken = false, wasMainWokenFirst = false;
        Thread eager = new(() =>
        {
            _queue.Join();
            isIn.Set();
            wakesAreOut.Wait();
            WaitQueue.Sleep();
            _queue.Join();
            isInAgain.Set();
            WaitQueue.Sleep();
            wasMainWokenFirst = Volatile.Read(ref hasMainWoken);
        });
        eager.Start();
        isIn.Wait();
        _queue.Join();
        Waiter.WakeAll(_queue.TakeAll());
        wakesAreOut.Set();
        isInAgain.Wait();
        WaitQueue.Sleep();
        Volatile.Write(ref hasMainWoken, true);
        Waiter.WakeAll(_queue.TakeFirst());
        eager.Join();
        Assert.True(wasMainWokenFirst);
    }

    [Fact]
    public void An_interruption_does_not_end_the_sleep_and_comes_afterwards()
    {
        using ManualResetEventSlim isIn = new();
        bool isTold = false, wasTold = false;
        Exception? interruption = null;
        Thread sleeper = new(() =>
        {
            _queue.Join();
            isIn.Set();
            WaitQueue.Sleep();
            wasTold = Volatile.Read(ref isTold);
            interruption = Record.Exception(() => Thread.Sleep(Timeout.Infinite));
        });
        sleeper.Start();
        isIn.Wait();
        sleeper.Interrupt();
        Volatile.Write(ref isTold, true);
        Waiter.WakeAll(_queue.TakeFirst());
        sleeper.Join();
        Assert.True(wasTold);
        Assert.IsType<ThreadInterruptedException>(interruption);
    }

    /// <summary>Threads that stand in a queue, in the order of their numbers, and tell when they are awake.</summary>
    private sealed class Sleepers : IDisposable
    {
        private readonly BlockingCollection<int> _awake = [];
        private readonly List<Thread> _threads = [];

        public Sleepers(WaitQueue queue, int count)
        {
            using SemaphoreSlim hasJoined = new(0);
            for (int i = 0; i < count; i++)
            {
                int number = i;
                Thread thread = new(() =>
                {
                    queue.Join();
                    hasJoined.Release();
                    WaitQueue.Sleep();
                    _awake.Add(number);
                });
                thread.Start();
                hasJoined.Wait();
                _threads.Add(thread);
            }
        }

        public int NextAwake() => _awake.Take();

        public void Dispose()
        {
            _threads.ForEach(thread => thread.Join());
            _awake.Dispose();
        }
    }
}
