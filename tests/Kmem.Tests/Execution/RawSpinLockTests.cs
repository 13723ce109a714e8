using Kmem.Execution;

namespace Kmem.Tests.ExecutionTests;

public class RawSpinLockTests
{
    private RawSpinLock _lock;

    [Fact]
    public void One_thread_at_a_time_is_inside()
    {
        const int Threads = 4, Rounds = 20_000;
        int counter = 0;
        Thread[] threads = [.. Enumerable.Range(0, Threads).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < Rounds; i++)
            {
                using (_lock.Hold())
                    counter++;
                _lock.Enter();
                counter++;
                _lock.Exit();
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        Assert.Equal(2 * Threads * Rounds, counter);
    }

    [Fact]
    public void An_exception_releases_what_is_held()
    {
        Assert.Throws<InvalidOperationException>(Fail);
        // Would wait for ever otherwise.
        _lock.Enter();
        _lock.Exit();

        void Fail()
        {
            using (_lock.Hold())
                throw new InvalidOperationException();
        }
    }
}
