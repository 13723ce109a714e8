using Kmem.Execution;

namespace Kmem.Tests.ExecutionTests;

/// <summary>Thread.Interrupt does not end the wait for a lock: it would leave a lock half taken, or an allocation half done.</summary>
public class SteadyWaitTests
{
    private RawSpinLock _raw;
    private spinlock_t _spin;
    private rwlock_t _readWrite;

    [Fact]
    public void A_thread_that_waits_for_a_raw_lock_gets_it()
    {
        _raw.Enter();
        InterruptWhileWaiting(
            () =>
            {
                _raw.Enter();
                _raw.Exit();
            },
            () => _raw.Exit());
        _raw.Enter();
    }

    [Fact]
    public void A_thread_that_waits_for_a_spin_lock_comes_when_its_ticket_is_called()
    {
        Kernel.spin_lock(ref _spin);
        InterruptWhileWaiting(
            () =>
            {
                Kernel.spin_lock(ref _spin);
                Kernel.spin_unlock(ref _spin);
            },
            () => Kernel.spin_unlock(ref _spin));
        Kernel.spin_lock(ref _spin);
        Kernel.spin_unlock(ref _spin);
    }

    [Fact]
    public void A_thread_that_waits_for_a_reader_writer_lock_gets_it()
    {
        Kernel.write_lock(ref _readWrite);
        InterruptWhileWaiting(
            () =>
            {
                Kernel.read_lock(ref _readWrite);
                Kernel.read_unlock(ref _readWrite);
            },
            () => Kernel.write_unlock(ref _readWrite));
        Kernel.write_lock(ref _readWrite);
        Kernel.write_unlock(ref _readWrite);
    }

    [Fact]
    public unsafe void Threads_that_are_interrupted_again_and_again_lose_no_memory()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        InterruptAgainAndAgain(_ =>
        {
            for (int i = 0; i < 3000; i++)
            {
                void* p = machine.Slab.Allocate(machine.Block, 3000, gfp_t.GFP_ATOMIC);
                page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_ATOMIC, 1);
                machine.Pages.Free(machine.Block, page, 1);
                machine.Slab.Free(machine.Block, p);
            }
        });
        machine.Reclaim();
        Assert.Equal(16 * TestMachine.MiB, machine.FreeBytes);
    }

    [Fact]
    public unsafe void Caches_are_destroyed_to_the_end()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        InterruptAgainAndAgain(number =>
        {
            for (int i = 0; i < 200; i++)
            {
                kmem_cache? cache = machine.Slab.CreateCache($"of thread {number}", 100, 0, 0, null);
                Assert.NotNull(cache);
                machine.Slab.Free(machine.Block, cache, machine.Slab.Allocate(machine.Block, cache, gfp_t.GFP_ATOMIC));
                Assert.True(machine.Slab.TryDestroyCache(machine.Block, cache));
            }
        });
    }

    private static void InterruptAgainAndAgain(Action<int> run)
    {
        Thread[] threads = new Thread[3];
        TestThreads.Run(
            threads.Length,
            number =>
            {
                Volatile.Write(ref threads[number], Thread.CurrentThread);
                run(number);
            },
            () =>
            {
                for (int i = 0; i < threads.Length; i++)
                    Volatile.Read(ref threads[i])?.Interrupt();
            });
    }

    // The interruption is given back: the next sleep ends by it.
    private static void InterruptWhileWaiting(Action wait, Action release)
    {
        Exception? failure = null, sleep = null;
        Thread waiter = new(() =>
        {
            failure = Record.Exception(wait);
            sleep = Record.Exception(() => Thread.Sleep(Timeout.Infinite));
        });
        waiter.Start();
        for (int i = 0; i < 200; i++)
        {
            waiter.Interrupt();
            Thread.Yield();
        }
        release();
        waiter.Join();
        Assert.Null(failure);
        Assert.IsType<ThreadInterruptedException>(sleep);
    }
}
