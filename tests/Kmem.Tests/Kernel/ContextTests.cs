using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

public unsafe class ContextTests
{
    [Theory]
    [InlineData(uint.MaxValue)]
    [InlineData(1u << 31)]
    public void A_sleep_may_be_as_long_as_the_kernels(uint msecs)
    {
        Exception? end = null;
        Thread sleeper = new(() => end = Record.Exception(() => msleep(msecs)));
        sleeper.Start();
        sleeper.Interrupt();
        sleeper.Join();
        Assert.IsType<ThreadInterruptedException>(end);
    }

    [Fact]
    public void Preempt_count_tells_the_open_sections()
    {
        Assert.Equal(0u, preempt_count());
        preempt_disable();
        get_cpu();
        Assert.Equal(2u, preempt_count());
        Assert.True(in_atomic());
        Assert.False(in_interrupt());
        put_cpu();
        preempt_enable();
        local_bh_disable();
        Assert.True(in_interrupt());
        local_bh_enable();
        local_irq_disable();
        Assert.True(irqs_disabled());
        Assert.False(in_atomic());
        local_irq_enable();
        Assert.False(irqs_disabled());
        Assert.Equal(0u, preempt_count());
    }

    [Fact]
    public void Saved_interrupts_are_restored_to_what_they_were()
    {
        local_irq_save(out nuint outer);
        local_irq_save(out nuint inner);
        local_irq_restore(inner);
        Assert.True(irqs_disabled());
        local_irq_restore(outer);
        Assert.False(irqs_disabled());
        Assert.Throws<KernelBugException>(() => local_irq_restore(outer));
    }

    public static TheoryData<string> Leaves => ["preempt_enable", "put_cpu", "local_irq_enable", "local_bh_enable"];

    [Theory]
    [MemberData(nameof(Leaves))]
    public void Leaving_what_was_not_entered_is_a_bug(string leave)
    {
        Action call = leave switch
        {
            "preempt_enable" => preempt_enable,
            "put_cpu" => put_cpu,
            "local_irq_enable" => local_irq_enable,
            _ => local_bh_enable,
        };
        Assert.Contains("unbalanced section", Assert.Throws<KernelBugException>(call).Message);
        Assert.Equal(0u, preempt_count());
    }

    public static TheoryData<string> Sections => ["spin_lock", "preempt_disable", "get_cpu", "local_irq_disable", "local_bh_disable", "kmap_atomic"];

    [Theory]
    [MemberData(nameof(Sections))]
    public void Sleeping_in_a_section_is_reported_with_place_and_section(string section)
    {
        string log = ProcessKernel.LogOf(() => InSection(section, () => might_sleep()));
        Assert.Contains("BUG: sleeping function called from invalid context at", log);
        Assert.Contains("ContextTests.cs:", log);
        Assert.Contains($"innermost last: {section}", log);
        Assert.Equal("", ProcessKernel.LogOf(() => might_sleep()));
    }

    [Fact]
    public void Functions_that_may_sleep_report_and_others_do_not()
    {
        mutex held = new();
        Action[] sleeping =
        [
            () => kfree(kmalloc(10, gfp_t.GFP_KERNEL)),
            () => __free_page(alloc_page(gfp_t.GFP_KERNEL)),
            () => vfree_atomic(vmalloc(10)),
            () => vfree(null),
            () => msleep(0),
            () => mutex_lock(held),
            () => kmem_cache_destroy(null),
        ];
        Action[] others =
        [
            () => kfree(kmalloc(10, gfp_t.GFP_ATOMIC)),
            () => __free_page(alloc_page(gfp_t.GFP_ATOMIC)),
            () => mutex_unlock(held),
            () => udelay(1),
            () => printk("hello"),
        ];
        foreach (Action call in sleeping)
            Assert.Contains("BUG: sleeping function", ProcessKernel.LogOf(() => InSection("spin_lock", call)));
        foreach (Action call in others)
            Assert.DoesNotContain("BUG", ProcessKernel.LogOf(() => InSection("spin_lock", call)));
    }

    [Fact]
    public void Smp_processor_id_in_preemptible_code_is_reported()
    {
        Assert.Contains("using smp_processor_id() in preemptible code", ProcessKernel.LogOf(() => smp_processor_id()));
        Assert.Equal("", ProcessKernel.LogOf(() => InSection("get_cpu", () => Assert.InRange(smp_processor_id(), 0, NR_CPUS - 1))));
    }

    private static void InSection(string section, Action body)
    {
        spinlock_t l = default;
        page* page = null;
        switch (section)
        {
            case "spin_lock": spin_lock(ref l); body(); spin_unlock(ref l); break;
            case "preempt_disable": preempt_disable(); body(); preempt_enable(); break;
            case "get_cpu": get_cpu(); body(); put_cpu(); break;
            case "local_irq_disable": local_irq_disable(); body(); local_irq_enable(); break;
            case "local_bh_disable": local_bh_disable(); body(); local_bh_enable(); break;
            default:
                page = alloc_page(gfp_t.GFP_KERNEL);
                void* address = kmap_atomic(page, km_type.KM_USER0);
                body();
                kunmap_atomic(address, km_type.KM_USER0);
                __free_page(page);
                break;
        }
    }
}
