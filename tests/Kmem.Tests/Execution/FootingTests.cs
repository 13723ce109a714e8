using Kmem.Execution;

namespace Kmem.Tests.ExecutionTests;

/// <summary>Handlers, tasklets, timers, work and shrinkers that forget to leave a section, or leave one of their caller's: reported, and no CPU is lost.</summary>
public unsafe class FootingTests
{
    private static readonly Func<Machine, Action, bool>[] s_callers = [RunAsHandler, RunAsTasklet, RunAsTimer, RunAsWork, RunAsShrinker];

    public static TheoryData<int> Callers => [.. Enumerable.Range(0, s_callers.Length)];

    [Theory]
    [MemberData(nameof(Callers))]
    public void What_is_left_open_is_reported_and_closed(int caller)
    {
        foreach (SectionKind kind in new[] { SectionKind.PinnedCpu, SectionKind.SpinLock, SectionKind.BottomHalf, SectionKind.Interrupts })
        {
            using TestMachine test = new(cpus: 1, debug: MachineDebug.AtomicSleep);
            Machine machine = test.Machine;
            Assert.True(s_callers[caller](machine, () => machine.Context.Enter(machine.Block, kind)));
            Assert.Contains("did not leave each section it entered, once: ", test.Log);
            AssertCpuIsFree(machine);
        }
    }

    [Theory]
    [MemberData(nameof(Callers))]
    public void What_fails_in_a_section_does_not_keep_the_cpu(int caller)
    {
        using TestMachine test = new(cpus: 1);
        Machine machine = test.Machine;
        Action fail = () =>
        {
            machine.Context.Enter(machine.Block, SectionKind.PinnedCpu);
            throw new InvalidOperationException("broken");
        };
        Assert.True(s_callers[caller](machine, fail));
        Assert.Contains("preempt_count", test.Log);
        AssertCpuIsFree(machine);
    }

    [Theory]
    [MemberData(nameof(Callers))]
    public void Everything_else_that_is_open_is_set_back_too(int caller)
    {
        using TestMachine test = new(cpus: 1);
        Machine machine = test.Machine;
        Action forget = () =>
        {
            machine.Rcu.EnterRead(machine.Block);
            CpuBlock.Pin(machine.Block);
            machine.Block->MaskedFlags = (uint)gfp_t.__GFP_FS;
        };
        Assert.True(s_callers[caller](machine, forget));
        Assert.Contains("depth of RCU read sections 00000000 -> 00000001, open handles of get_cpu 00000000 -> 00000001, flags taken away by memalloc_*_save 00000000 -> 00000080", test.Log);
        AssertCpuIsFree(machine);
        machine.Rcu.Synchronize();
        machine.Blocks.Drain(_ => { });
    }

    [Fact]
    public void A_section_of_the_caller_is_open_again_after_a_tasklet_that_left_it()
    {
        using TestMachine test = new(cpus: 1);
        Machine machine = test.Machine;
        Assert.True(RunAsTasklet(machine, () => machine.Context.Leave(machine.Block, SectionKind.BottomHalf)));
        Assert.Contains("preempt_count 00000100 -> 00000000", test.Log);
        Assert.True(RunAsTasklet(machine, () => { }));
        AssertCpuIsFree(machine);
    }

    [Fact]
    public void Who_leaves_what_it_entered_is_not_reported()
    {
        using TestMachine test = new(cpus: 1);
        Machine machine = test.Machine;
        foreach (Func<Machine, Action, bool> caller in s_callers)
        {
            Assert.True(caller(machine, () =>
            {
                machine.Context.Enter(machine.Block, SectionKind.PinnedCpu);
                machine.Context.Leave(machine.Block, SectionKind.PinnedCpu);
            }));
        }
        Assert.Equal("", test.Log);
    }

    [Fact]
    public void A_thread_that_ends_in_a_section_is_noted_and_gives_its_cpu_back()
    {
        using TestMachine test = new(cpus: 1);
        Machine machine = test.Machine;
        Thread thread = new(() => machine.Context.Enter(machine.Block, SectionKind.PinnedCpu));
        thread.Start();
        thread.Join();
        while (!test.Log.Contains("note: a thread has ended in a section: preempt_count 00000000 -> 00000001", StringComparison.Ordinal))
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        AssertCpuIsFree(machine);
    }

    private static void AssertCpuIsFree(Machine machine)
    {
        Assert.Equal(0ul, machine.Block->Held);
        Thread other = new(() =>
        {
            machine.Context.Enter(machine.Block, SectionKind.Preemption);
            machine.Context.Leave(machine.Block, SectionKind.Preemption);
        });
        other.Start();
        other.Join();
    }

    private static bool RunAsHandler(Machine machine, Action body)
    {
        int runs = 0;
        irq_handler_t handler = (_, _) =>
        {
            runs++;
            body();
            return irqreturn_t.IRQ_HANDLED;
        };
        Assert.True(machine.Interrupts.TryAdd(5, handler, 0, "forgetful", null));
        try
        {
            machine.Interrupts.Raise(5);
        }
        catch (InvalidOperationException)
        {
            // What a handler throws goes to whoever raised the interrupt.
        }
        return machine.Interrupts.TryRemove(5, null) && runs == 1;
    }

    private static bool RunAsTasklet(Machine machine, Action body)
    {
        tasklet_struct tasklet = new() { Function = _ => body() };
        machine.SoftInterrupts.Schedule(machine.Block, tasklet);
        SoftInterrupts.Kill(tasklet);
        return true;
    }

    private static bool RunAsTimer(Machine machine, Action body)
    {
        using ManualResetEventSlim isOver = new();
        timer_list timer = new() { Function = _ => body() };
        timer_list last = new() { Function = _ => isOver.Set() };
        machine.SoftInterrupts.Modify(timer, 0);
        machine.SoftInterrupts.Modify(last, 1);
        isOver.Wait();
        return true;
    }

    private static bool RunAsWork(Machine machine, Action body)
    {
        work_struct work = new() { Function = _ => body() };
        machine.WorkQueue.TrySchedule(work);
        machine.WorkQueue.Flush(work);
        return true;
    }

    private static bool RunAsShrinker(Machine machine, Action body)
    {
        int runs = 0;
        shrinker forgetful = new()
        {
            count_objects = () => 1,
            scan_objects = _ =>
            {
                if (runs++ == 0)
                    body();
                return 0;
            },
        };
        Assert.True(machine.Pages.Reclaimer.TryRegister(forgetful));
        machine.Reclaim();
        return machine.Pages.Reclaimer.TryUnregister(forgetful) && runs > 0;
    }
}
