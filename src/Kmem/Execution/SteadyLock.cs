namespace Kmem.Execution;

/// <summary>The allocator's sleeping locks, taken so that Thread.Interrupt does not end the wait: what has begun is brought to its end.</summary>
internal static class SteadyLock
{
    /// <summary>Takes a lock until the scope is disposed of; an interruption waits for the thread's next sleep elsewhere.</summary>
    public static Lock.Scope EnterSteadily(this Lock gate)
    {
        bool wasInterrupted = false;
        for (;;)
        {
            try
            {
                Lock.Scope scope = gate.EnterScope();
                if (wasInterrupted)
                    Thread.CurrentThread.Interrupt();
                return scope;
            }
            catch (ThreadInterruptedException)
            {
                wasInterrupted = true;
            }
        }
    }
}
