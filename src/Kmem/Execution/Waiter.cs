using System.Diagnostics.CodeAnalysis;

namespace Kmem.Execution;

/// <summary>A thread in a <see cref="WaitQueue"/>; a thread is in one at a time.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A ManualResetEventSlim has nothing to dispose of unless its wait handle was asked for.")]
internal sealed class Waiter
{
    [ThreadStatic] private static Waiter? s_ofThisThread;

    // Who may be woken soon has looked for a while before it came here.
    private readonly ManualResetEventSlim _isWoken = new(initialState: false, spinCount: 0);

    /// <summary>The calling thread.</summary>
    public static Waiter OfThisThread => s_ofThisThread ??= new Waiter();

    /// <summary>Which thread it is.</summary>
    public Thread Thread { get; } = Thread.CurrentThread;

    /// <summary>Who is behind it in the queue, or among those taken out together.</summary>
    public Waiter? Next { get; set; }

    /// <summary>Wakes those that were taken out of a queue together; null: nobody.</summary>
    public static void WakeAll(Waiter? first)
    {
        while (first != null)
        {
            // Before it is woken, and joins another queue.
            Waiter? next = first.Next;
            first._isWoken.Set();
            first = next;
        }
    }

    /// <summary>Makes ready for a sleep.</summary>
    public void Prepare(Waiter? next)
    {
        _isWoken.Reset();
        Next = next;
    }

    /// <summary>Sleeps until woken. As in the kernel nothing else ends this sleep: an interruption waits for the thread's next one.</summary>
    public void Sleep()
    {
        bool wasInterrupted = false;
        while (!_isWoken.IsSet)
        {
            try
            {
                _isWoken.Wait();
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        }
        if (wasInterrupted)
            Thread.Interrupt();
    }
}
