using System.Diagnostics.CodeAnalysis;
using Kmem.Execution;

namespace Kmem;

/// <summary>
/// A spin lock that many readers or one writer hold. As in the kernel, readers may nest and are preferred to writers. The default value is an unlocked lock.
/// Source: Linux Kernel Development, 3rd ed., ch. 10, "Reader-Writer Spin Locks".
/// </summary>
public struct rwlock_t
{
    private const int Written = -1;

    private int _readers;
    private int _writer;

    /// <summary>Throws if this thread writes under the lock, and so would wait for itself.</summary>
    internal readonly void CheckNotWritten(int holder)
    {
        if (_writer == holder)
            ThrowRecursion();
    }

    internal void AcquireRead()
    {
        SteadyWait wait = default;
        while (!TryAcquireRead())
            wait.SpinOnce();
        wait.End();
    }

    internal void ReleaseRead()
    {
        if (Volatile.Read(ref _readers) <= 0)
            ThrowNotHeld("read_unlock");
        Interlocked.Decrement(ref _readers);
    }

    internal void AcquireWrite(int holder)
    {
        SteadyWait wait = default;
        while (Interlocked.CompareExchange(ref _readers, Written, 0) != 0)
            wait.SpinOnce();
        wait.End();
        _writer = holder;
    }

    internal void ReleaseWrite(int holder)
    {
        if (_writer != holder)
            ThrowNotHeld("write_unlock");
        _writer = 0;
        Volatile.Write(ref _readers, 0);
    }

    private bool TryAcquireRead()
    {
        int readers = Volatile.Read(ref _readers);
        return readers != Written && Interlocked.CompareExchange(ref _readers, readers + 1, readers) == readers;
    }

    [DoesNotReturn]
    private static void ThrowRecursion() =>
        throw new KernelBugException("BUG: rwlock recursion: the thread writes under this lock already and would wait for itself.");

    [DoesNotReturn]
    private static void ThrowNotHeld(string caller) =>
        throw new KernelBugException($"BUG: {caller}: the lock is not held so.");
}
