using Kmem.Execution;

namespace Kmem.Tests.VirtualTests;

public unsafe class HighMemoryTests
{
    [Fact]
    public void Who_finds_the_window_full_sleeps_until_a_page_is_unmapped()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        List<nint> pages = FillWindow(machine);
        Thread waiter = new(() => machine.HighMemory.Map((page*)pages[1024]));
        waiter.Start();
        Assert.False(waiter.Join(30));
        // As in the kernel nothing else wakes it.
        waiter.Interrupt();
        Assert.False(waiter.Join(30));
        machine.HighMemory.Unmap((page*)pages[0]);
        waiter.Join();
        Assert.True(((page*)pages[1024])->MappedAt != 0);
    }

    [Fact]
    public void All_who_wait_for_one_page_go_on_when_it_is_mapped()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        List<nint> pages = FillWindow(machine);
        Thread[] waiters = [.. Enumerable.Range(0, 3).Select(_ => new Thread(() => machine.HighMemory.Map((page*)pages[1024])))];
        foreach (Thread waiter in waiters)
        {
            waiter.Start();
            SpinWait.SpinUntil(() => (waiter.ThreadState & ThreadState.WaitSleepJoin) != 0);
        }
        machine.HighMemory.Unmap((page*)pages[0]);
        foreach (Thread waiter in waiters)
            waiter.Join();
        Assert.Equal(3, ((page*)pages[1024])->MappedAtUsers);
    }

    [Fact]
    public void A_page_is_not_freed_while_it_is_mapped_for_a_moment()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_HIGHUSER, 0);
        void* address = machine.HighMemory.MapAtomic(machine.Block, page, km_type.KM_USER0);
        Assert.Contains("still mapped", Assert.Throws<KernelBugException>(() => machine.Pages.Free(machine.Block, page, 0)).Message);
        machine.HighMemory.UnmapAtomic(machine.Block, address, km_type.KM_USER0);
        machine.Pages.Free(machine.Block, page, 0);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_slot_that_somebody_left_mapped_serves_the_next(bool threadEnds)
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB, cpus: 1);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_HIGHUSER, 0);
        Action forget = () =>
        {
            machine.Context.Enter(machine.Block, SectionKind.KmapAtomic);
            machine.HighMemory.MapAtomic(machine.Block, page, km_type.KM_USER0);
        };
        if (threadEnds)
        {
            Thread thread = new(forget.Invoke);
            thread.Start();
            thread.Join();
        }
        else
        {
            work_struct work = new() { Function = _ => forget() };
            machine.WorkQueue.TrySchedule(work);
            machine.WorkQueue.Flush(work);
        }
        while (page->Mapped != 0)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        machine.Context.Enter(machine.Block, SectionKind.KmapAtomic);
        void* address = machine.HighMemory.MapAtomic(machine.Block, page, km_type.KM_USER0);
        machine.HighMemory.UnmapAtomic(machine.Block, address, km_type.KM_USER0);
        machine.Context.Leave(machine.Block, SectionKind.KmapAtomic);
        machine.Pages.Free(machine.Block, page, 0);
    }

    [Fact]
    public void Mappings_are_counted_for_each_page()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_HIGHUSER, 0);
        void* address = machine.HighMemory.Map(page);
        Assert.True(machine.HighMemory.Map(page) == address);
        machine.HighMemory.Unmap(page);
        *(int*)address = 1;
        machine.HighMemory.Unmap(page);
        Assert.Throws<KernelBugException>(() => machine.HighMemory.Unmap(page));
    }

    [Fact]
    public void Addresses_are_dead_when_their_mapping_ends()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_HIGHUSER, 0);
        void* atomic = machine.HighMemory.MapAtomic(machine.Block, page, km_type.KM_USER0), permanent = machine.HighMemory.Map(page);
        Assert.True(HostMappings.IsWritable(atomic) && HostMappings.IsWritable(permanent));
        machine.HighMemory.UnmapAtomic(machine.Block, atomic, km_type.KM_USER0);
        machine.HighMemory.Unmap(page);
        Assert.False(HostMappings.IsWritable(atomic) || HostMappings.IsWritable(permanent));
    }

    [Fact]
    public void A_slot_in_use_and_a_wrong_slot_are_bugs()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        page* page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_HIGHUSER, 0);
        void* address = machine.HighMemory.MapAtomic(machine.Block, page, km_type.KM_IRQ0);
        Assert.Throws<KernelBugException>(() => machine.HighMemory.MapAtomic(machine.Block, page, km_type.KM_IRQ0));
        Assert.Throws<KernelBugException>(() => machine.HighMemory.UnmapAtomic(machine.Block, address, km_type.KM_IRQ1));
        machine.HighMemory.UnmapAtomic(machine.Block, address, km_type.KM_IRQ0);
        Assert.Throws<KernelBugException>(() => machine.HighMemory.MapAtomic(machine.Block, page, km_type.KM_TYPE_NR));
    }

    // The last page is the one that finds no place.
    private static List<nint> FillWindow(Machine machine)
    {
        List<nint> pages = [];
        for (int i = 0; i <= 1024; i++)
            pages.Add((nint)machine.Pages.Allocate(machine.Block, gfp_t.GFP_HIGHUSER, 0));
        for (int i = 0; i < 1024; i++)
            machine.HighMemory.Map((page*)pages[i]);
        return pages;
    }
}
