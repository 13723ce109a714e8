using Kmem.Execution;
using Kmem.Observation;
using Kmem.Pages;
using static Kmem.gfp_t;

namespace Kmem.Tests.PagesTests;

public unsafe class ReclaimTests
{
    [Theory]
    [InlineData(GFP_KERNEL, true, true)]
    [InlineData(GFP_NOFS, true, false)]
    [InlineData(GFP_NOIO, false, false)]
    [InlineData(GFP_ATOMIC, false, false)]
    [InlineData(GFP_NOWAIT, false, false)]
    public void A_shrinker_runs_only_for_requests_that_allow_what_it_does(gfp_t flags, bool io, bool fs)
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        // A reclaimer in the background may do everything, so this one asks in the foreground only.
        machine.Pages.Dispose();
        bool ranIo = false, ranFs = false;
        Register(machine, () => ranIo = true, does_io: true);
        Register(machine, () => ranFs = true, does_fs: true, does_io: true);
        test.Exhaust();
        Assert.True(machine.Pages.Allocate(machine.Block, flags | __GFP_NOWARN, 10) == null);
        Assert.Equal((io, fs), (ranIo, ranFs));
    }

    [Theory]
    [InlineData(__GFP_IO, false, false)]
    [InlineData(__GFP_FS, true, false)]
    [InlineData((gfp_t)0, true, true)]
    public void A_scope_keeps_shrinkers_out_as_the_flags_do(gfp_t masked, bool io, bool fs)
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        machine.Pages.Dispose();
        bool ranIo = false, ranFs = false;
        Register(machine, () => ranIo = true, does_io: true);
        Register(machine, () => ranFs = true, does_fs: true);
        test.Exhaust();
        machine.Block->MaskedFlags = (uint)masked;
        Assert.True(machine.Pages.Allocate(machine.Block, GFP_KERNEL | __GFP_NOWARN, 10) == null);
        machine.Block->MaskedFlags = 0;
        Assert.Equal((io, fs), (ranIo, ranFs));
    }

    [Fact]
    public void What_a_shrinker_frees_serves_the_request()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        Stack<nint> cached = new(test.Exhaust());
        Assert.True(machine.Pages.Reclaimer.TryRegister(new shrinker
        {
            count_objects = () => (nuint)cached.Count,
            scan_objects = count =>
            {
                nuint freed = 0;
                for (; freed < count && cached.Count > 0; freed++)
                    machine.Pages.Free(machine.Block, (page*)cached.Pop(), 0);
                return freed;
            },
        }));
        Assert.True(machine.Pages.Allocate(machine.Block, GFP_KERNEL, 3) != null);
    }

    [Theory]
    [InlineData(GFP_KERNEL)]
    [InlineData(GFP_KERNEL | __GFP_REPEAT)]
    [InlineData(GFP_KERNEL | __GFP_NORETRY)]
    public void A_request_ends_though_a_shrinker_frees_again_and_again_what_gives_no_page(gfp_t flags)
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        int scans = 0;
        machine.Pages.Reclaimer.TryRegister(new shrinker { count_objects = () => 1, scan_objects = count => { Interlocked.Increment(ref scans); return count; } });
        test.Exhaust();
        Assert.True(machine.Pages.Allocate(machine.Block, flags | __GFP_NOWARN, 0) == null);
        Assert.True(scans > 0);
        machine.Reclaim();
    }

    [Fact]
    public void The_background_reclaimer_rests_though_a_shrinker_frees_again_and_again_what_gives_no_page()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        machine.Pages.Reclaimer.TryRegister(new shrinker { count_objects = () => 1, scan_objects = count => count });
        test.Exhaust();
        using ManualResetEventSlim hasRested = new();
        using BackgroundReclaimer kswapd = new(0, machine.Pages.Zones, machine.Pages.Reclaimer, hasRested.Set);
        kswapd.Wake();
        hasRested.Wait();
    }

    [Fact]
    public void A_shrinker_that_frees_single_small_objects_serves_the_request_in_the_end()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        // The background would help.
        machine.Pages.Dispose();
        Stack<nint> cached = [];
        for (int i = 0; i < 20_000; i++)
            cached.Push((nint)machine.Slab.Allocate(machine.Block, 32, GFP_KERNEL));
        machine.Pages.Reclaimer.TryRegister(new shrinker
        {
            count_objects = () => (nuint)cached.Count,
            scan_objects = _ =>
            {
                machine.Slab.Free(machine.Block, (void*)cached.Pop());
                return 1;
            },
        });
        test.Exhaust();
        Assert.True(machine.Pages.Allocate(machine.Block, GFP_KERNEL, 2) != null);
    }

    [Fact]
    public void A_shrinker_that_fails_is_reported_and_the_others_run()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        bool ran = false;
        Assert.True(machine.Pages.Reclaimer.TryRegister(new shrinker { count_objects = () => throw new InvalidOperationException($"broken in {Thread.CurrentThread.Name}") }));
        Register(machine, () => ran = true);
        test.Exhaust();
        // In the foreground here, and in the background in kswapd.
        Assert.True(machine.Pages.Allocate(machine.Block, GFP_KERNEL | __GFP_NOWARN, 10) == null);
        Assert.True(ran);
        Assert.Contains("BUG: reclaim failed: System.InvalidOperationException: broken in", test.Log);
        Assert.True(SpinWait.SpinUntil(() => test.Log.Contains("broken in kswapd0", StringComparison.Ordinal), TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void The_background_reclaimer_wakes_below_the_low_watermark_and_fills_the_zones()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        Stack<nint> held = new(test.Exhaust());
        machine.Pages.Reclaimer.TryRegister(new shrinker
        {
            count_objects = () => Thread.CurrentThread.Name == "kswapd0" ? (nuint)held.Count : 0,
            scan_objects = count =>
            {
                for (nuint i = 0; i < count; i++)
                    machine.Pages.Free(machine.Block, (page*)held.Pop(), 0);
                return count;
            },
        });
        Assert.True(machine.Pages.Allocate(machine.Block, GFP_NOWAIT | __GFP_NOWARN, 0) == null);
        Assert.True(SpinWait.SpinUntil(() => machine.Pages.Zones[0].FreeFrames >= machine.Pages.Zones[0].High, TimeSpan.FromMinutes(1)));
    }

    [Fact]
    public void Who_wakes_the_background_reclaimer_does_not_wait_for_its_thread_to_start()
    {
        KernelThreads.Prepare();
        // A thread inherits this from the one that starts it.
        AsyncLocal<string> starter = new() { Value = "the one that wakes it" };
        string? found = null;
        using ManualResetEventSlim hasRun = new();
        using TestMachine test = new();
        using BackgroundReclaimer kswapd = new(0, [], new Reclaimer(test.Machine.Context, new KernelLog(_ => { })), () =>
        {
            found = starter.Value ?? "another";
            hasRun.Set();
        });
        kswapd.Wake();
        hasRun.Wait();
        Assert.Equal("another", found);
    }

    [Fact]
    public void The_background_reclaimer_may_be_stopped_before_its_thread_runs()
    {
        using TestMachine test = new();
        for (int i = 0; i < 20; i++)
        {
            bool isOver = false, ranAfterwards = false;
            BackgroundReclaimer kswapd = new(0, [], new Reclaimer(test.Machine.Context, new KernelLog(_ => { })), () => ranAfterwards |= Volatile.Read(ref isOver));
            kswapd.Wake();
            kswapd.Dispose();
            Volatile.Write(ref isOver, true);
            kswapd.Wake();
            Assert.False(ranAfterwards);
        }
    }

    [Fact]
    public void Saved_scopes_take_flags_away()
    {
        uint outer = Kernel.memalloc_nofs_save();
        uint inner = Kernel.memalloc_noio_save();
        Assert.Equal((uint)(__GFP_IO | __GFP_FS), Booted.Block->MaskedFlags);
        Kernel.memalloc_noio_restore(inner);
        Assert.Equal((uint)__GFP_FS, Booted.Block->MaskedFlags);
        Kernel.memalloc_nofs_restore(outer);
        Assert.Equal(0u, Booted.Block->MaskedFlags);
    }

    [Fact]
    public void Scopes_may_end_in_the_order_they_began()
    {
        uint noFs = Kernel.memalloc_nofs_save();
        uint noIo = Kernel.memalloc_noio_save();
        Kernel.memalloc_nofs_restore(noFs);
        Assert.Equal((uint)__GFP_IO, Booted.Block->MaskedFlags);
        Kernel.memalloc_noio_restore(noIo);
        Assert.Equal(0u, Booted.Block->MaskedFlags);
    }

    [Fact]
    public void Registering_twice_and_unregistering_what_is_not_there_are_errors()
    {
        shrinker s = new();
        Assert.Equal(0, Kernel.register_shrinker(s));
        Assert.Equal(-Kernel.EINVAL, Kernel.register_shrinker(s));
        Kernel.unregister_shrinker(s);
        Assert.Throws<KernelBugException>(() => Kernel.unregister_shrinker(s));
    }

    private static void Register(Machine machine, Action run, bool does_io = false, bool does_fs = false) =>
        machine.Pages.Reclaimer.TryRegister(new shrinker
        {
            count_objects = () =>
            {
                run();
                return 0;
            },
            does_io = does_io,
            does_fs = does_fs,
        });
}
