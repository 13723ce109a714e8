using Kmem.Annotations;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Begins an RCU read section: what is read in it is not freed before it ends. Nests. Source: Documentation/RCU/whatisRCU.txt.</summary>
    [EntersAtomic("rcu")]
    public static void rcu_read_lock() => Booted.Machine.Rcu.EnterRead(Booted.Block);

    /// <summary>Ends a <see cref="rcu_read_lock"/>.</summary>
    /// <exception cref="KernelBugException">The thread is in no read section.</exception>
    [LeavesAtomic("rcu")]
    public static void rcu_read_unlock() => Booted.Machine.Rcu.LeaveRead(Booted.Block);

    /// <summary>Sleeps until every reader that is in a read section now has left it. Source: Documentation/RCU/whatisRCU.txt.</summary>
    [MightSleep]
    public static void synchronize_rcu()
    {
        Booted.MightSleep();
        Booted.Machine.Rcu.Synchronize();
    }

    /// <summary>Frees memory of kmalloc after every reader that is in a read section now has left it; in any context. Source: include/linux/rcupdate.h.</summary>
    /// <param name="p">The memory; null is nothing. A second release while the first one waits is reported in the log.</param>
    /// <exception cref="KernelBugException">It is not memory of kmalloc, or free already.</exception>
    [NeverSleeps]
    public static void kfree_rcu([Frees("kmalloc")] void* p)
    {
        if (p != null)
            Booted.DelayedFrees.Add(p);
    }
}
