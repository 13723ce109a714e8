using Kmem.Analyzers.CodeFixes;
using Kmem.Analyzers.Tests.Fixes.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Fixes;

public class AllocateBeforeSectionTests
{
    private const string Title = "Allocate before the section";

    [Fact]
    public Task The_check_goes_along_and_no_longer_unlocks() => Moves("""
                {|enter:spin_lock(ref lk)|};
                byte* p = (byte*)kmalloc(n, {|report:GFP_KERNEL|});
                if (p == null)
                {
                    spin_unlock(ref lk);
                    return -ENOMEM;
                }
                p[0] = 1;
                spin_unlock(ref lk);
                kfree(p);
                return 0;
        """, """
                byte* p = (byte*)kmalloc(n, GFP_KERNEL);
                if (p == null)
                {
                    return -ENOMEM;
                }
                spin_lock(ref lk);
                p[0] = 1;
                spin_unlock(ref lk);
                kfree(p);
                return 0;
        """);

    [Fact]
    public Task An_unchecked_allocation_moves_alone_over_what_does_not_touch_it() => Moves("""
                void* p;

                // guard the list
                {|enter:spin_lock_irqsave(ref lk, out nuint flags)|};
                count++;

                // the new one
                p = kmalloc(n, {|report:GFP_KERNEL|}); // may fail
                spin_unlock_irqrestore(ref lk, flags);
                kfree(p);
                return 0;
        """, """
                void* p;

                // the new one
                p = kmalloc(n, GFP_KERNEL); // may fail
                // guard the list
                spin_lock_irqsave(ref lk, out nuint flags);
                count++;

                spin_unlock_irqrestore(ref lk, flags);
                kfree(p);
                return 0;
        """);

    [Fact]
    public Task Saved_interrupt_flags_do_not_hold_the_check_back() => Moves("""
                {|enter:spin_lock_irqsave(ref lk, out nuint flags)|};
                void* p = kmalloc(n, {|report:GFP_KERNEL|});
                if (p is null) {
                    spin_unlock_irqrestore(ref lk, flags); // leave
                    printk("no memory");
                    goto fail;
                }
                spin_unlock_irqrestore(ref lk, flags);
                kfree(p);
                return 0;
            fail:
                return -1;
        """, """
                void* p = kmalloc(n, GFP_KERNEL);
                if (p is null) {
                    printk("no memory");
                    goto fail;
                }
                spin_lock_irqsave(ref lk, out nuint flags);
                spin_unlock_irqrestore(ref lk, flags);
                kfree(p);
                return 0;
            fail:
                return -1;
        """);

    [Fact]
    public Task In_one_line_it_stays_one_line() => Moves(
        "        {|enter:spin_lock(ref lk)|}; void* p = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;",
        "        void* p = kmalloc(n, GFP_KERNEL); spin_lock(ref lk); spin_unlock(ref lk); kfree(p); return 0;");

    [Fact]
    public Task Directives_on_the_way_stay() => Moves("""
                {|enter:spin_lock(ref lk)|};
        #region counting
        #if !DEBUG
                count++;
        #endif
        #endregion
                void* p = kmalloc(n, {|report:GFP_KERNEL|});
                spin_unlock(ref lk);
                kfree(p);
                return 0;
        """, """
                void* p = kmalloc(n, GFP_KERNEL);
                spin_lock(ref lk);
        #region counting
        #if !DEBUG
                count++;
        #endif
        #endregion
                spin_unlock(ref lk);
                kfree(p);
                return 0;
        """);

    [Fact]
    public Task In_front_of_a_per_cpu_section() => new FixCase<SleepInPerCpuSectionCodeFixProvider>(Method("""
                ref int counter = ref {|enter:get_cpu_var(counters)|};
                counter++;
                void* p = kmalloc(n, {|report:GFP_KERNEL|});
                put_cpu_var(counters);
                kfree(p);
                return 0;
        """))
        .Report("report", (DiagnosticProperties.EnterSpan, "enter"))
        .FixesToAsync(Method("""
                void* p = kmalloc(n, GFP_KERNEL);
                ref int counter = ref get_cpu_var(counters);
                counter++;
                put_cpu_var(counters);
                kfree(p);
                return 0;
        """));

    [Fact]
    public async Task Several_go_in_their_order_at_once() => await new FixCase<SleepingFlagsCodeFixProvider>(Method("""
                {|enter:spin_lock(ref lk)|};
                void* p = kmalloc(n, {|a:GFP_KERNEL|});
                if (p == null)
                {
                    spin_unlock(ref lk);
                    return -ENOMEM;
                }

                void* q = kmalloc(n, {|b:GFP_KERNEL|});
                if (q == null)
                {
                    spin_unlock(ref lk);
                    kfree(p);
                    return -ENOMEM;
                }

                count++;
                spin_unlock(ref lk);
                kfree(q);
                kfree(p);
                return 0;
        """))
        .Report("a", (DiagnosticProperties.EnterSpan, "enter"))
        .Report("b", (DiagnosticProperties.EnterSpan, "enter"))
        .FixesToAsync(Method("""
                void* p = kmalloc(n, GFP_KERNEL);
                if (p == null)
                {
                    return -ENOMEM;
                }
                void* q = kmalloc(n, GFP_KERNEL);
                if (q == null)
                {
                    kfree(p);
                    return -ENOMEM;
                }
                spin_lock(ref lk);

                count++;
                spin_unlock(ref lk);
                kfree(q);
                kfree(p);
                return 0;
        """));

    [Fact]
    public Task Memory_that_is_not_asked_for_with_flags_too() => new FixCase<SleepingCallCodeFixProvider>(Method("""
                {|enter:spin_lock(ref lk)|};
                void* p = {|report:vmalloc(n)|};
                spin_unlock(ref lk);
                Use(p);
                return 0;
        """))
        .Report("report", (DiagnosticProperties.EnterSpan, "enter"), (DiagnosticProperties.Callee, "M:Kmem.Kernel.vmalloc(System.UIntPtr)"))
        .FixesToAsync(Method("""
                void* p = vmalloc(n);
                spin_lock(ref lk);
                spin_unlock(ref lk);
                Use(p);
                return 0;
        """), action: 1);

    [Theory]
    [InlineData("static int M(nuint n) { spin_lock(ref other); {|enter:spin_lock(ref lk)|}; void* p = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); spin_unlock(ref other); kfree(p); return 0; }")]
    [InlineData("[HoldsSpinlock(\"other\")] static int M(nuint n) { {|enter:spin_lock(ref lk)|}; void* p = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0; }")]
    [InlineData("static Handler M(nuint n) => () => { {|enter:spin_lock(ref lk)|}; void* p = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); };")]
    [InlineData("static int M(nuint n) { {|enter:spin_lock(ref lk)|}; int r = {|report:kmem_cache_destroy(null)|}; spin_unlock(ref lk); return r; }")]
    public async Task Not_where_it_would_still_sleep_in_a_section_or_is_no_allocation(string method) => await new FixCase<SleepingFlagsCodeFixProvider>($$"""
        using Kmem;
        using Kmem.Annotations;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;
        [AtomicContext] delegate void Handler();
        unsafe class C
        {
            static spinlock_t lk, other;
            {{method}}
        }
        """)
        .Report("report", (DiagnosticProperties.EnterSpan, "enter"))
        .OffersNothingAsync();

    [Theory]
    [InlineData("{|enter:spin_lock(ref lk)|}; n++; void* p = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; nuint m = n; void* p = kmalloc(m, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; void* p = kmalloc((nuint)count, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; void* p = kmalloc(*sizes, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; void* p = kmalloc(Size(), {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; buffer = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); return 0;")]
    [InlineData("void* p = null; {|enter:spin_lock(ref lk)|}; kfree(p); p = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; if (n == 1) { spin_unlock(ref lk); return 1; } void* p = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; again: void* p = kmalloc(n, {|report:GFP_KERNEL|}); if (n == 2) goto again; spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; if (n == 1) { void* p = kmalloc(n, {|report:GFP_KERNEL|}); kfree(p); } spin_unlock(ref lk); return 0;")]
    [InlineData("if (n == 1) {|enter:spin_lock(ref lk)|}; void* p = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; Use(kmalloc(n, {|report:GFP_KERNEL|})); spin_unlock(ref lk); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; void* p = kmalloc(n, {|report:GFP_KERNEL|}); if (p == null) goto unlock; kfree(p); unlock: spin_unlock(ref lk); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; void* p = kmalloc(n, {|report:GFP_KERNEL|}); if (p == null) { count--; spin_unlock(ref lk); return 1; } spin_unlock(ref lk); kfree(p); return 0;")]
    [InlineData("{|enter:spin_lock(ref lk)|}; void* p = kmalloc(n, {|report:GFP_KERNEL|}); if (p == null) { if (n == 2) { spin_unlock(ref lk); return 2; } } spin_unlock(ref lk); kfree(p); return 0;")]
    public async Task Not_where_the_section_may_matter_to_it(string body) =>
        await new FixCase<SleepingFlagsCodeFixProvider>(Method(body))
            .Report("report", (DiagnosticProperties.EnterSpan, "enter"), (DiagnosticProperties.FlagReplacements, "GFP_KERNEL=GFP_ATOMIC"))
            .DoesNotOfferAsync(Title);

    [Fact]
    public async Task Not_out_of_a_preprocessor_branch() => await new FixCase<SleepingFlagsCodeFixProvider>(Method("""
                {|enter:spin_lock(ref lk)|};
                void* p = null;
        #if !DEBUG
                p = kmalloc(n, {|report:GFP_KERNEL|});
        #endif
                spin_unlock(ref lk);
                kfree(p);
                return 0;
        """))
        .Report("report", (DiagnosticProperties.EnterSpan, "enter"))
        .OffersNothingAsync();

    [Fact]
    public async Task Not_where_the_section_was_entered_elsewhere() =>
        await new FixCase<SleepingFlagsCodeFixProvider>(Method("void* p = kmalloc(n, {|report:GFP_KERNEL|}); kfree(p); return 0;"))
            .Report("report")
            .OffersNothingAsync();

    [Fact]
    public async Task The_safe_action_comes_first() => Assert.Equal(
        ["Use GFP_ATOMIC", Title],
        await new FixCase<SleepingFlagsCodeFixProvider>(Method("{|enter:spin_lock(ref lk)|}; void* p = kmalloc(n, {|report:GFP_KERNEL|}); spin_unlock(ref lk); kfree(p); return 0;"))
            .Report("report", (DiagnosticProperties.EnterSpan, "enter"), (DiagnosticProperties.FlagReplacements, "GFP_KERNEL=GFP_ATOMIC"))
            .TitlesAsync());

    private static Task Moves(string before, string after) => new FixCase<SleepingFlagsCodeFixProvider>(Method(before))
        .Report("report", (DiagnosticProperties.EnterSpan, "enter"))
        .FixesToAsync(Method(after));

    private static string Method(string body) => $$"""
        using Kmem;
        using static Kmem.Kernel;
        using static Kmem.gfp_t;
        unsafe class C
        {
            static spinlock_t lk;
            static PerCpu<int> counters = new();
            static int count;
            static void* buffer;

            static nuint Size() => 8;
            static void Use(void* p) { }

            int M(nuint n, nuint* sizes)
            {
        {{body}}
            }
        }
        """;
}
