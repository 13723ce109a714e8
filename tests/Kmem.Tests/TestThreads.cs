namespace Kmem.Tests;

/// <summary>Several threads that do the same at once.</summary>
internal static class TestThreads
{
    /// <summary>
    /// Runs an action on each of some threads, with the number of the thread, and fails if one of them failed; <paramref name="beside"/> is run here again and again until the
    /// last has ended.
    /// </summary>
    public static void Run(int count, Action<int> run, Action? beside = null)
    {
        Exception?[] failures = new Exception?[count];
        Thread[] threads = [.. Enumerable.Range(0, count).Select(number => new Thread(() => failures[number] = Record.Exception(() => run(number))))];
        foreach (Thread thread in threads)
            thread.Start();
        while (beside != null && threads.Any(thread => thread.IsAlive))
        {
            beside();
            Thread.Yield();
        }

        foreach (Thread thread in threads)
            thread.Join();
        Assert.All(failures, Assert.Null);
    }
}
