namespace Kmem.Tests.ExecutionTests;

/// <summary>Mutexes and semaphores that many threads want at once.</summary>
public class SleepingLockTests
{
    private const int Threads = 8, Rounds = 3000;

    private int _inside, _most;

    [Fact]
    public void A_mutex_lets_in_one_of_many()
    {
        mutex l = new();
        long count = 0;
        TestThreads.Run(Threads, number =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                l.Acquire();
                NoteInside();
                count++;
                Linger(number + i);
                Interlocked.Decrement(ref _inside);
                l.Release();
            }
        });
        Assert.Equal((1, (long)Threads * Rounds), (_most, count));
        Assert.True(l.TryAcquire());
    }

    [Fact]
    public void Trying_a_mutex_that_others_wait_for_takes_it_from_nobody()
    {
        mutex l = new();
        long count = 0, taken = 0;
        TestThreads.Run(Threads, number =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                bool isTaken = number % 2 == 0 ? l.TryAcquire() : Acquire(l);
                if (!isTaken)
                    continue;
                NoteInside();
                count++;
                Interlocked.Increment(ref taken);
                Interlocked.Decrement(ref _inside);
                l.Release();
            }
        });
        Assert.Equal((1, taken), (_most, count));
    }

    [Fact]
    public void Each_thread_that_waits_for_a_mutex_gets_it_though_another_takes_it_again_and_again()
    {
        mutex l = new();
        int waiting = Threads;
        bool isGreedyDone = false;
        Thread greedy = new(() =>
        {
            while (Volatile.Read(ref waiting) > 0)
            {
                l.Acquire();
                Linger(0);
                l.Release();
            }
            isGreedyDone = true;
        });
        greedy.Start();
        TestThreads.Run(Threads, _ =>
        {
            l.Acquire();
            l.Release();
            Interlocked.Decrement(ref waiting);
        });
        greedy.Join();
        Assert.True(isGreedyDone);
    }

    [Fact]
    public void A_thread_that_fell_asleep_is_woken_by_the_release()
    {
        mutex l = new();
        for (int i = 0; i < 20; i++)
        {
            l.Acquire();
            Thread other = new(() =>
            {
                l.Acquire();
                l.Release();
            });
            other.Start();
            SpinWait.SpinUntil(() => (other.ThreadState & ThreadState.WaitSleepJoin) != 0);
            l.Release();
            other.Join();
        }
        Assert.True(l.TryAcquire());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_semaphore_lets_in_as_many_of_many_as_it_counts(int count)
    {
        semaphore s = new(count);
        TestThreads.Run(Threads, number =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                s.Down();
                NoteInside();
                Linger(number + i);
                Interlocked.Decrement(ref _inside);
                s.Up();
            }
        });
        Assert.InRange(_most, 1, count);
        for (int i = 0; i < count; i++)
            s.Down();
    }

    [Fact]
    public void What_is_given_to_a_semaphore_goes_to_who_waits()
    {
        semaphore s = new(0);
        using SemaphoreSlim isThrough = new(0);
        Thread waiter = new(() =>
        {
            s.Down();
            isThrough.Release();
        });
        waiter.Start();
        SpinWait.SpinUntil(() => (waiter.ThreadState & ThreadState.WaitSleepJoin) != 0);
        s.Up();
        isThrough.Wait();
        waiter.Join();
        s.Up();
        s.Down();
    }

    [Fact]
    public void A_semaphore_that_is_given_back_too_often_keeps_its_count()
    {
        semaphore full = new(int.MaxValue);
        Assert.Throws<KernelBugException>(() => Kernel.up(full));
        Kernel.down(full);
        Kernel.up(full);
    }

    [Fact]
    public void Ups_and_downs_of_a_semaphore_are_as_many()
    {
        semaphore s = new(0);
        TestThreads.Run(Threads, number =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                if (number % 2 == 0)
                    s.Up();
                else
                    s.Down();
            }
        });
        s.Up();
        s.Down();
    }

    private static bool Acquire(mutex l)
    {
        l.Acquire();
        return true;
    }

    private void NoteInside()
    {
        int inside = Interlocked.Increment(ref _inside);
        for (int most = Volatile.Read(ref _most); inside > most; most = Volatile.Read(ref _most))
            Interlocked.CompareExchange(ref _most, inside, most);
    }

    // Now and then longer than a spin, so that threads fall asleep.
    private static void Linger(int round)
    {
        if (round % 64 == 0)
            Thread.Yield();
    }
}
