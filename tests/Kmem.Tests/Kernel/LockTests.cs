using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

public class LockTests
{
    private spinlock_t _lock;
    private rwlock_t _readWrite;

    [Fact]
    public void A_spin_lock_excludes_other_threads()
    {
        int counter = 0;
        Run(4, () =>
        {
            for (int i = 0; i < 5000; i++)
            {
                spin_lock(ref _lock);
                counter++;
                spin_unlock(ref _lock);
            }
        });
        Assert.Equal(20000, counter);
    }

    [Fact]
    public void A_lock_that_is_held_is_not_taken_by_trylock()
    {
        spin_lock(ref _lock);
        bool taken = true;
        Run(1, () => taken = spin_trylock(ref _lock));
        spin_unlock(ref _lock);
        Assert.False(taken);
        Assert.True(spin_trylock(ref _lock));
        spin_unlock(ref _lock);
        Assert.Equal(0u, preempt_count());
    }

    [Fact]
    public void Taking_it_twice_or_releasing_it_unheld_is_a_bug()
    {
        Assert.Contains("already unlocked", Assert.Throws<KernelBugException>(() => spin_unlock(ref _lock)).Message);
        spin_lock(ref _lock);
        Assert.Contains("recursion", Assert.Throws<KernelBugException>(() => spin_lock(ref _lock)).Message);
        Exception? elsewhere = null;
        Run(1, () => elsewhere = Record.Exception(() => spin_unlock(ref _lock)));
        Assert.Contains("wrong owner", Assert.IsType<KernelBugException>(elsewhere).Message);
        spin_unlock(ref _lock);
        Assert.Equal(0u, preempt_count());
    }

    [Fact]
    public void The_variants_disable_and_restore_interrupts_and_bottom_halves()
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        Assert.True(irqs_disabled());
        spin_unlock_irqrestore(ref _lock, flags);
        spin_lock_irq(ref _lock);
        Assert.True(irqs_disabled());
        spin_unlock_irq(ref _lock);
        Assert.False(irqs_disabled());
        spin_lock_bh(ref _lock);
        Assert.True(in_interrupt());
        spin_unlock_bh(ref _lock);
        Assert.Equal(0u, preempt_count());
    }

    [Fact]
    public void A_mutex_excludes_and_knows_its_owner()
    {
        mutex l = new();
        int counter = 0;
        Run(4, () =>
        {
            for (int i = 0; i < 2000; i++)
            {
                mutex_lock(l);
                counter++;
                mutex_unlock(l);
            }
        });
        Assert.Equal(8000, counter);
        Assert.True(mutex_trylock(l));
        Assert.False(mutex_trylock(l));
        Assert.Throws<KernelBugException>(() => mutex_lock(l));
        mutex_unlock(l);
        Assert.Throws<KernelBugException>(() => mutex_unlock(l));
    }

    [Fact]
    public void A_read_write_lock_lets_readers_in_together_and_writers_alone()
    {
        int value = 0, torn = 0;
        Run(4, () =>
        {
            for (int i = 0; i < 2000; i++)
            {
                if (i % 8 == 0)
                {
                    write_lock(ref _readWrite);
                    value++;
                    Thread.SpinWait(5);
                    value++;
                    write_unlock(ref _readWrite);
                }
                read_lock(ref _readWrite);
                if (value % 2 != 0)
                    Interlocked.Increment(ref torn);
                read_unlock(ref _readWrite);
            }
        });
        Assert.Equal((2000, 0), (value, torn));
        read_lock(ref _readWrite);
        read_lock(ref _readWrite);
        read_unlock(ref _readWrite);
        read_unlock(ref _readWrite);
        Assert.Throws<KernelBugException>(() => read_unlock(ref _readWrite));
        Assert.Throws<KernelBugException>(() => write_unlock(ref _readWrite));
        write_lock(ref _readWrite);
        Assert.Throws<KernelBugException>(() => read_lock(ref _readWrite));
        Assert.Throws<KernelBugException>(() => write_lock(ref _readWrite));
        write_unlock(ref _readWrite);
        Assert.Equal(0u, preempt_count());
    }

    [Fact]
    public void A_semaphore_lets_in_as_many_as_it_counts()
    {
        semaphore s = new(2);
        down(s);
        down(s);
        Thread third = new(() => down(s));
        third.Start();
        Assert.False(third.Join(30));
        up(s);
        third.Join();
        Assert.Throws<ArgumentOutOfRangeException>(() => new semaphore(-1));
    }

    private static void Run(int threads, Action body)
    {
        Thread[] all = [.. Enumerable.Range(0, threads).Select(_ => new Thread(() => body()))];
        foreach (Thread thread in all)
            thread.Start();
        foreach (Thread thread in all)
            thread.Join();
    }
}
