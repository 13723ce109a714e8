using Kmem.Annotations;
using Kmem.Execution;

namespace Kmem;

/// <summary>
/// The kernel's memory functions by their own names, over one machine for the process. It boots at first use, from the defaults or the environment
/// (KMEM_MEMORY=2G KMEM_LAYOUT=x86_64 KMEM_CPUS=8 KMEM_DEBUG=poison,redzone,track), unless <see cref="Boot"/> did before.
/// Each member says where the kernel documents it; "LKD" is Linux Kernel Development, 3rd ed.
/// </summary>
public static unsafe partial class Kernel
{
    /// <summary>Log2 of the page size.</summary>
    public const int PAGE_SHIFT = 12;

    /// <summary>Bytes of a page.</summary>
    public const int PAGE_SIZE = 1 << PAGE_SHIFT;

    /// <summary>Orders are 0 to 10: at most 4 MiB.</summary>
    public const int MAX_ORDER = 11;

    /// <summary>The most kmalloc gives, in bytes.</summary>
    public const int KMALLOC_MAX_SIZE = 128 * 1024;

    /// <summary>Bytes of a kernel stack, unless <see cref="MachineOptions.ThreadSize"/> says otherwise. LKD ch. 12, "Statically Allocating on the Stack".</summary>
    public const int THREAD_SIZE = 8 * 1024;

    /// <summary>Out of memory; functions return it negated.</summary>
    public const int ENOMEM = 12;

    /// <summary>Invalid argument; functions return it negated.</summary>
    public const int EINVAL = 22;

    /// <summary>In use; functions return it negated.</summary>
    public const int EBUSY = 16;

    /// <summary>Bad address; functions return it negated.</summary>
    public const int EFAULT = 14;

    /// <summary>Input or output error; functions return it negated.</summary>
    public const int EIO = 5;

    /// <summary>Ticks a second.</summary>
    public const int HZ = SoftInterrupts.TicksPerSecond;

    /// <summary>Ticks since boot: what mod_timer counts in. LKD ch. 11, "Jiffies".</summary>
    public static ulong jiffies => Booted.Machine.SoftInterrupts.Ticks;

    /// <summary>Number of CPUs of the machine.</summary>
    public static int NR_CPUS => Booted.Context.Cpus.Count;

    /// <summary>Which allocations fail on purpose; null: none. Setting it may sleep. Source: Documentation/fault-injection.</summary>
    public static fault_attr? failslab
    {
        get => Booted.Machine.Faults;
        [MightSleep]
        set
        {
            Booted.MightSleep();
            Booted.Machine.Faults = value;
        }
    }

    /// <summary>The process-wide machine.</summary>
    public static Machine current_machine => Booted.Machine;

    /// <summary>Boots the process-wide machine. Has to come before the first use of this class. Source: init/main.c.</summary>
    /// <param name="options">How the machine is built; later changes of the object have no effect.</param>
    /// <exception cref="InvalidOperationException">The machine has booted already, or is booting.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option that no machine can be built with.</exception>
    /// <exception cref="InsufficientMemoryException">The system refuses the memory or addresses.</exception>
    public static void Boot(MachineOptions options) => ProcessMachine.Boot(options);
}
