using Kmem.Annotations;
using Kmem.Execution;

namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Makes a function the handler of an interrupt line. May sleep. LKD ch. 7, "Registering an Interrupt Handler".</summary>
    /// <param name="irq">The line.</param>
    /// <param name="handler">Runs in hard-interrupt context.</param>
    /// <param name="flags">0, or 0x80 (IRQF_SHARED): the line may have several handlers, each with a <paramref name="dev"/> of its own.</param>
    /// <param name="name">Name in reports.</param>
    /// <param name="dev">Given to the handler, and to free_irq.</param>
    /// <returns>0; -EBUSY if the line is taken; -EINVAL without a handler, or shared without <paramref name="dev"/>.</returns>
    [MightSleep]
    public static int request_irq(uint irq, irq_handler_t handler, nuint flags, string name, [Retains("free_irq")] void* dev)
    {
        Booted.MightSleep();
        if (handler == null || ((flags & Interrupts.Shared) != 0 && dev == null))
            return -EINVAL;
        return Booted.Machine.Interrupts.TryAdd(irq, handler, flags, name, dev) ? 0 : -EBUSY;
    }

    /// <summary>Removes a handler and waits until it runs nowhere. May sleep. LKD ch. 7, "Freeing an Interrupt Handler".</summary>
    /// <param name="irq">The line.</param>
    /// <param name="dev">What request_irq was given.</param>
    /// <exception cref="KernelBugException">The line has no handler with this <paramref name="dev"/>.</exception>
    [MightSleep]
    public static void free_irq(uint irq, void* dev)
    {
        Booted.MightSleep();
        if (!Booted.Machine.Interrupts.TryRemove(irq, dev))
            throw new KernelBugException($"BUG: trying to free already-free IRQ {irq}.");
    }

    /// <summary>The device side: runs the line's handlers in hard-interrupt context, and then what they scheduled; later, if interrupts are off. LKD ch. 7, "Implementing Interrupt Handlers".</summary>
    /// <param name="irq">The line.</param>
    /// <returns>0; -EINVAL if no handler took it.</returns>
    public static int generic_handle_irq(uint irq) => Booted.Machine.Interrupts.Raise(irq) ? 0 : -EINVAL;

    /// <summary>Prepares a tasklet. LKD ch. 8, "Declaring Your Tasklet".</summary>
    /// <param name="t">The tasklet; not scheduled.</param>
    /// <param name="func">What it does, in soft-interrupt context.</param>
    /// <param name="data">Given to <paramref name="func"/>.</param>
    public static void tasklet_init(tasklet_struct t, tasklet_func_t func, nuint data)
    {
        ArgumentNullException.ThrowIfNull(t);
        ArgumentNullException.ThrowIfNull(func);
        t.Function = func;
        t.Data = data;
    }

    /// <summary>Has the tasklet run soon, once, in soft-interrupt context; nothing if that is so already. LKD ch. 8, "Scheduling Your Tasklet".</summary>
    /// <param name="t">The tasklet.</param>
    /// <exception cref="KernelBugException">The tasklet was not prepared.</exception>
    [NeverSleeps]
    public static void tasklet_schedule(tasklet_struct t)
    {
        ArgumentNullException.ThrowIfNull(t);
        Booted.Machine.SoftInterrupts.Schedule(Booted.Block, t);
    }

    /// <summary>Waits until the tasklet is neither scheduled nor running. May sleep. LKD ch. 8, "Scheduling Your Tasklet".</summary>
    /// <param name="t">The tasklet; it must not schedule itself again.</param>
    [MightSleep]
    public static void tasklet_kill(tasklet_struct t)
    {
        ArgumentNullException.ThrowIfNull(t);
        Booted.MightSleep();
        SoftInterrupts.Kill(t);
    }

    /// <summary>Prepares a timer. LKD ch. 11, "Using Timers".</summary>
    /// <param name="timer">The timer; not pending.</param>
    /// <param name="callback">What it does, in soft-interrupt context.</param>
    public static void timer_setup(timer_list timer, timer_func_t callback)
    {
        ArgumentNullException.ThrowIfNull(timer);
        ArgumentNullException.ThrowIfNull(callback);
        timer.Function = callback;
    }

    /// <summary>Sets the time at which the timer runs, once, in soft-interrupt context. LKD ch. 11, "Using Timers".</summary>
    /// <param name="timer">The timer.</param>
    /// <param name="expires">In <see cref="jiffies"/>; a time that has passed means now.</param>
    /// <returns>1 if the timer was pending; 0 if not.</returns>
    /// <exception cref="KernelBugException">The timer was not prepared.</exception>
    [NeverSleeps]
    public static int mod_timer(timer_list timer, ulong expires)
    {
        ArgumentNullException.ThrowIfNull(timer);
        return Booted.Machine.SoftInterrupts.Modify(timer, expires) ? 1 : 0;
    }

    /// <summary>Prepares work. LKD ch. 8, "Creating Work".</summary>
    /// <param name="work">The work; not scheduled.</param>
    /// <param name="func">What it does, in process context.</param>
    public static void INIT_WORK(work_struct work, work_func_t func)
    {
        ArgumentNullException.ThrowIfNull(work);
        ArgumentNullException.ThrowIfNull(func);
        work.Function = func;
    }

    /// <summary>Has the work run soon, in process context on a thread of its own. LKD ch. 8, "Scheduling Work".</summary>
    /// <param name="work">The work.</param>
    /// <returns>False if it is scheduled already.</returns>
    /// <exception cref="KernelBugException">The work was not prepared.</exception>
    [NeverSleeps]
    public static bool schedule_work(work_struct work)
    {
        ArgumentNullException.ThrowIfNull(work);
        return Booted.Machine.WorkQueue.TrySchedule(work);
    }

    /// <summary>Waits until the work has run as often as it was scheduled before; what is scheduled from now on is not waited for. May sleep. LKD ch. 8, "Flushing Work".</summary>
    /// <param name="work">The work.</param>
    [MightSleep]
    public static void flush_work(work_struct work)
    {
        ArgumentNullException.ThrowIfNull(work);
        Booted.MightSleep();
        Booted.Machine.WorkQueue.Flush(work);
    }
}
