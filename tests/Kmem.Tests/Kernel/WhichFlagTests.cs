using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>
/// The book's table of situations (Linux Kernel Development, 3rd ed., ch. 12, "Which Flag to Use When"): in each the flag it names allocates without a report, and where it
/// names one that does not sleep, GFP_KERNEL is reported.
/// </summary>
public unsafe class WhichFlagTests
{
    private const uint Line = 77;

    private static readonly Dictionary<string, Action<Action>> s_situations = new()
    {
        ["process context, can sleep"] = allocate => allocate(),
        ["process context, cannot sleep"] = UnderSpinLock,
        ["interrupt handler"] = InInterrupt,
        ["softirq"] = InTimer,
        ["tasklet"] = InTasklet,
        ["need DMA-able memory, can sleep"] = allocate => allocate(),
        ["need DMA-able memory, cannot sleep"] = UnderSpinLock,
    };

    [Theory]
    [InlineData("process context, can sleep", GFP_KERNEL)]
    [InlineData("process context, cannot sleep", GFP_ATOMIC)]
    [InlineData("interrupt handler", GFP_ATOMIC)]
    [InlineData("softirq", GFP_ATOMIC)]
    [InlineData("tasklet", GFP_ATOMIC)]
    [InlineData("need DMA-able memory, can sleep", GFP_DMA | GFP_KERNEL)]
    [InlineData("need DMA-able memory, cannot sleep", GFP_DMA | GFP_ATOMIC)]
    public void The_flag_of_the_table_fits_the_situation(string situation, gfp_t flags)
    {
        Assert.Equal("", LogOf(situation, flags));
        bool mayNotSleep = (flags & __GFP_WAIT) == 0;
        Assert.Equal(mayNotSleep, LogOf(situation, flags & ~__GFP_HIGH | GFP_KERNEL).Contains("BUG: sleeping function called from invalid context", StringComparison.Ordinal));
    }

    // Both allocators, and the log of the thread that allocates, which need not be this one.
    private static string LogOf(string situation, gfp_t flags)
    {
        string log = "not run";
        s_situations[situation](() => log = ProcessKernel.LogOf(() =>
        {
            void* p = kmalloc(100, flags);
            page* page = alloc_page(flags);
            Assert.True(p != null && page != null);
            Assert.True((flags & GFP_DMA) == 0 || (virt_to_phys(p) < 16 << 20 && page_to_pfn(page) < 4096));
            kfree(p);
            __free_page(page);
        }));
        return log;
    }

    private static void UnderSpinLock(Action allocate)
    {
        spinlock_t l = default;
        spin_lock(ref l);
        allocate();
        spin_unlock(ref l);
    }

    private static void InInterrupt(Action allocate)
    {
        int cookie;
        Assert.Equal(0, request_irq(Line, (_, _) => Handle(allocate), 0, "which flag", &cookie));
        Assert.Equal(0, generic_handle_irq(Line));
        free_irq(Line, &cookie);
    }

    private static irqreturn_t Handle(Action allocate)
    {
        allocate();
        return irqreturn_t.IRQ_HANDLED;
    }

    private static void InTimer(Action allocate)
    {
        using ManualResetEventSlim ran = new();
        timer_list timer = new();
        timer_setup(timer, _ => RunAndSet(allocate, ran));
        mod_timer(timer, jiffies);
        ran.Wait();
    }

    private static void InTasklet(Action allocate)
    {
        using ManualResetEventSlim ran = new();
        tasklet_struct tasklet = new();
        tasklet_init(tasklet, _ => RunAndSet(allocate, ran), 0);
        tasklet_schedule(tasklet);
        ran.Wait();
        tasklet_kill(tasklet);
    }

    private static void RunAndSet(Action allocate, ManualResetEventSlim ran)
    {
        allocate();
        ran.Set();
    }
}
