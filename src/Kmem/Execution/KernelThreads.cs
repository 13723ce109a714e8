using System.Collections.Concurrent;

namespace Kmem.Execution;

/// <summary>
/// kthreadd: a thread of the process that starts the others. Starting a thread waits until it runs; who asks for one in atomic context need not.
/// Source: kernel/kthread.c.
/// </summary>
internal static class KernelThreads
{
    private static readonly ConcurrentQueue<Thread> s_toStart = new();
    private static readonly SemaphoreSlim s_wakeUps = new(0);

    static KernelThreads() => new Thread(StartOthers) { Name = "kthreadd", IsBackground = true }.Start();

    /// <summary>Lets <see cref="Start"/> be called in any context from now on.</summary>
    public static void Prepare() => _ = s_wakeUps;

    /// <summary>Has a thread run soon.</summary>
    public static void Start(Thread thread)
    {
        s_toStart.Enqueue(thread);
        s_wakeUps.Release();
    }

    /// <summary>Waits until a thread of <see cref="Start"/> has ended; a thread does not wait for itself.</summary>
    public static void Join(Thread thread)
    {
        if (thread == Thread.CurrentThread)
            return;
        SpinWait wait = default;
        while ((thread.ThreadState & ThreadState.Unstarted) != 0)
            wait.SpinOnce();
        thread.Join();
    }

    private static void StartOthers()
    {
        for (;;)
        {
            s_wakeUps.Wait();
            if (s_toStart.TryDequeue(out Thread? thread))
                thread.Start();
        }
    }
}
