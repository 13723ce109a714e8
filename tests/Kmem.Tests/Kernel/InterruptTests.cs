using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

public unsafe class InterruptTests
{
    [Fact]
    public void A_handler_runs_in_hard_interrupt_context_with_its_cookie()
    {
        int cookie = 5, got = 0;
        (bool Interrupt, bool IrqsOff, uint Count) seen = default;
        irq_handler_t handler = (irq, dev) =>
        {
            got = *(int*)dev + irq;
            seen = (in_interrupt(), irqs_disabled(), preempt_count());
            return irqreturn_t.IRQ_HANDLED;
        };
        Assert.Equal(0, request_irq(40, handler, 0, "test", &cookie));
        Assert.Equal(-EBUSY, request_irq(40, handler, 0, "other", &cookie));
        Assert.Equal(0, generic_handle_irq(40));
        Assert.Equal(45, got);
        Assert.Equal((true, true, 0x10000u), seen);
        Assert.Equal(0u, preempt_count());
        free_irq(40, &cookie);
        Assert.Contains("irq 40: nobody cared; handlers: none", ProcessKernel.LogOf(() => Assert.Equal(-EINVAL, generic_handle_irq(40))));
        nint gone = (nint)(&cookie);
        Assert.Throws<KernelBugException>(() => free_irq(40, (void*)gone));
    }

    [Fact]
    public void A_shared_line_asks_each_handler()
    {
        int first = 0, second = 0;
        Assert.Equal(-EINVAL, request_irq(41, (_, _) => irqreturn_t.IRQ_NONE, 0x80, "no cookie", null));
        Assert.Equal(0, request_irq(41, (_, dev) => { ++*(int*)dev; return irqreturn_t.IRQ_NONE; }, 0x80, "first", &first));
        Assert.Equal(0, request_irq(41, (_, dev) => { ++*(int*)dev; return irqreturn_t.IRQ_HANDLED; }, 0x80, "second", &second));
        Assert.Equal(0, generic_handle_irq(41));
        Assert.Equal((1, 1), (first, second));
        free_irq(41, &first);
        free_irq(41, &second);
    }

    [Fact]
    public void An_interrupt_waits_while_they_are_off()
    {
        int runs = 0;
        Assert.Equal(0, request_irq(42, (_, dev) => { ++*(int*)dev; return irqreturn_t.IRQ_HANDLED; }, 0, "waits", &runs));
        local_irq_disable();
        generic_handle_irq(42);
        Assert.Equal(0, runs);
        local_irq_enable();
        Assert.Equal(1, runs);
        free_irq(42, &runs);
    }

    [Fact]
    public void A_handler_that_sleeps_is_reported()
    {
        Assert.Equal(0, request_irq(43, (_, _) => { msleep(0); return irqreturn_t.IRQ_HANDLED; }, 0, "sleeps", null));
        string log = ProcessKernel.LogOf(() => generic_handle_irq(43));
        Assert.Contains("sleeping function called from invalid context", log);
        Assert.Contains("hard interrupt", log);
        free_irq(43, null);
    }

    [Fact]
    public void A_tasklet_runs_in_soft_interrupt_context_after_the_handler()
    {
        List<string> order = [];
        tasklet_struct tasklet = new();
        tasklet_init(tasklet, data => order.Add($"tasklet {data} {preempt_count():x} {irqs_disabled()}"), 3);
        Assert.Equal(0, request_irq(44, (_, _) =>
        {
            tasklet_schedule(tasklet);
            tasklet_schedule(tasklet);
            order.Add("handler");
            return irqreturn_t.IRQ_HANDLED;
        }, 0, "tasklet", null));
        generic_handle_irq(44);
        Assert.Equal(["handler", "tasklet 3 100 False"], order);
        local_bh_disable();
        generic_handle_irq(44);
        Assert.Equal(3, order.Count);
        local_bh_enable();
        Assert.Equal(4, order.Count);
        free_irq(44, null);
    }

    [Fact]
    public void A_tasklet_scheduled_in_process_context_runs_and_can_be_waited_for()
    {
        int runs = 0;
        bool soft = false;
        tasklet_struct tasklet = new();
        Assert.Throws<KernelBugException>(() => tasklet_schedule(tasklet));
        tasklet_init(tasklet, _ =>
        {
            soft = in_interrupt();
            Interlocked.Increment(ref runs);
        }, 0);
        tasklet_schedule(tasklet);
        tasklet_kill(tasklet);
        Assert.Equal(1, runs);
        Assert.True(soft);
    }

    [Fact]
    public void A_timer_runs_once_at_its_last_time()
    {
        using ManualResetEventSlim ran = new();
        int runs = 0;
        ulong at = 0;
        timer_list timer = new();
        timer_setup(timer, _ =>
        {
            at = jiffies;
            runs++;
            ran.Set();
        });
        Assert.Equal(0, mod_timer(timer, jiffies + 100_000));
        ulong expires = jiffies + 20;
        Assert.Equal(1, mod_timer(timer, expires));
        ran.Wait();
        Assert.True(at >= expires);
        Assert.Equal(1, runs);
        Assert.Equal(0, mod_timer(timer, jiffies + 1000_000));
    }

    [Fact]
    public void A_timer_that_is_put_off_stays_in_the_queue_once()
    {
        timer_list timer = new();
        timer_setup(timer, _ => { });
        mod_timer(timer, jiffies + 1000_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        int pending = 0;
        for (uint i = 0; i < 50_000; i++)
            pending += mod_timer(timer, jiffies + 1000_000 + (i % 2 == 0 ? i : 50_000 - i));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(50_000, pending);
    }

    [Fact]
    public void A_timer_that_was_put_off_runs_then_and_one_that_was_brought_forward_does_so_too()
    {
        using SemaphoreSlim ran = new(0);
        ulong at = 0;
        timer_list timer = new();
        timer_setup(timer, _ =>
        {
            Volatile.Write(ref at, jiffies);
            ran.Release();
        });
        ulong soon = jiffies + 5, later = jiffies + 60;
        mod_timer(timer, soon);
        mod_timer(timer, later);
        do
            ran.Wait();
        while (Volatile.Read(ref at) < later);
        mod_timer(timer, jiffies + 1000_000);
        mod_timer(timer, jiffies + 1);
        ran.Wait();
    }

    [Fact]
    public void Work_runs_in_process_context_and_flush_waits_for_it()
    {
        bool atomic = true;
        int runs = 0;
        work_struct work = new();
        Assert.Throws<KernelBugException>(() => schedule_work(work));
        using ManualResetEventSlim started = new(), go = new();
        INIT_WORK(work, _ =>
        {
            started.Set();
            go.Wait();
            atomic = in_atomic();
            runs++;
        });
        Assert.True(schedule_work(work));
        started.Wait();
        Assert.True(schedule_work(work));
        Assert.False(schedule_work(work));
        go.Set();
        flush_work(work);
        Assert.Equal(2, runs);
        Assert.False(atomic);
    }

    [Fact]
    public void Synchronize_rcu_waits_for_readers_that_are_inside()
    {
        using ManualResetEventSlim inside = new(), leave = new();
        bool left = false;
        Thread reader = new(() =>
        {
            rcu_read_lock();
            rcu_read_lock();
            rcu_read_unlock();
            inside.Set();
            leave.Wait();
            left = true;
            rcu_read_unlock();
        });
        reader.Start();
        inside.Wait();
        Thread writer = new(() =>
        {
            synchronize_rcu();
            Assert.True(left);
        });
        writer.Start();
        Assert.False(writer.Join(30));
        leave.Set();
        writer.Join();
        reader.Join();
        Assert.Throws<KernelBugException>(rcu_read_unlock);
    }

    [Fact]
    public void Kfree_rcu_frees_after_the_readers()
    {
        kmem_cache general = current_machine.Slab.Caches.Single(cache => cache.Name == "kmalloc-16384");
        void* p = kmalloc(16000, gfp_t.GFP_KERNEL);
        Assert.Equal(1, current_machine.Slab.CountAllocated(general));
        kfree_rcu(p);
        kfree_rcu(null);
        Assert.True(SpinWait.SpinUntil(() => current_machine.Slab.CountAllocated(general) == 0, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Stack_use_is_counted_from_the_entry_and_an_interrupt_has_its_own()
    {
        nuint outer = 0, inInterrupt = 0;
        byte* large = stackalloc byte[4000];
        large[0] = 1;
        Assert.Equal(0, request_irq(45, (_, dev) => { *(nuint*)dev = stack_used(); return irqreturn_t.IRQ_HANDLED; }, 0, "stack", &inInterrupt));
        stack_used();
        outer = Deeper(20);
        generic_handle_irq(45);
        free_irq(45, &inInterrupt);
        Assert.True(outer > 20 * 100);
        Assert.InRange(inInterrupt, (nuint)1, (nuint)2000);
    }

    [Fact]
    public void A_tasklet_that_fails_is_reported_and_those_behind_it_run()
    {
        int runs = 0;
        tasklet_struct fails = new(), works = new();
        tasklet_init(fails, _ => throw new InvalidOperationException("broken"), 0);
        tasklet_init(works, _ => runs++, 0);
        Assert.Equal(0, request_irq(46, (_, _) =>
        {
            tasklet_schedule(fails);
            tasklet_schedule(works);
            return irqreturn_t.IRQ_HANDLED;
        }, 0, "fails", null));
        for (int i = 1; i <= 3; i++)
        {
            Assert.Contains("BUG: a tasklet or timer failed: System.InvalidOperationException: broken", ProcessKernel.LogOf(() => generic_handle_irq(46)));
            Assert.Equal(i, runs);
        }
        tasklet_kill(fails);
        Assert.Equal(0u, preempt_count());
        free_irq(46, null);
    }

    [Fact]
    public void A_tasklet_scheduled_by_a_tasklet_may_fail_on_its_own_thread()
    {
        tasklet_struct first = new(), second = new();
        tasklet_init(second, _ => throw new InvalidOperationException("broken"), 0);
        tasklet_init(first, _ => tasklet_schedule(second), 0);
        for (int i = 0; i < 3; i++)
        {
            tasklet_schedule(first);
            tasklet_kill(first);
            tasklet_kill(second);
        }
    }

    [Fact]
    public void A_handler_that_fails_leaves_its_context_and_those_behind_it_run()
    {
        int runs = 0;
        Assert.Equal(0, request_irq(47, (_, _) => throw new InvalidOperationException("broken"), 0, "fails", null));
        Assert.Equal(0, request_irq(48, (_, _) => { runs++; return irqreturn_t.IRQ_HANDLED; }, 0, "works", null));
        Assert.Equal(0, request_irq(49, (_, _) =>
        {
            generic_handle_irq(47);
            generic_handle_irq(48);
            return irqreturn_t.IRQ_HANDLED;
        }, 0, "raises both", null));
        Assert.Throws<InvalidOperationException>(() => generic_handle_irq(49));
        Assert.Equal((0u, false), (preempt_count(), irqs_disabled()));
        local_irq_disable();
        local_irq_enable();
        Assert.Equal(1, runs);
        free_irq(47, null);
        free_irq(48, null);
        free_irq(49, null);
    }

    [Fact]
    public void What_waits_in_one_machine_is_not_delivered_in_another()
    {
        using TestMachine one = new(), two = new();
        List<string> order = [];
        tasklet_struct tasklet = new() { Function = _ => order.Add(one.Machine.Context.InInterrupt(two.Machine.Block) ? "tasklet in two" : "tasklet in one") };
        one.Machine.Interrupts.TryAdd(1, (_, _) =>
        {
            one.Machine.Interrupts.Raise(2);
            one.Machine.SoftInterrupts.Schedule(one.Machine.Block, tasklet);
            two.Machine.Interrupts.Raise(1);
            order.Add("first of one");
            return irqreturn_t.IRQ_HANDLED;
        }, 0, "first", null);
        one.Machine.Interrupts.TryAdd(2, (_, _) => { order.Add("second of one"); return irqreturn_t.IRQ_HANDLED; }, 0, "second", null);
        two.Machine.Interrupts.TryAdd(1, (_, _) =>
        {
            two.Machine.Interrupts.Raise(2);
            order.Add("first of two");
            return irqreturn_t.IRQ_HANDLED;
        }, 0, "first", null);
        two.Machine.Interrupts.TryAdd(2, (_, _) => { order.Add("second of two"); return irqreturn_t.IRQ_HANDLED; }, 0, "second", null);
        Assert.True(one.Machine.Interrupts.Raise(1));
        Assert.Equal(["first of two", "second of two", "first of one", "second of one", "tasklet in one"], order);
        Assert.Equal("", one.Log + two.Log);
    }

    private static nuint Deeper(int depth)
    {
        byte* frame = stackalloc byte[100];
        frame[0] = (byte)depth;
        return depth == 0 ? stack_used() : Deeper(depth - 1) + frame[0] - (nuint)depth;
    }
}
