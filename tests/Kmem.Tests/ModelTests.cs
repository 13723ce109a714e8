using FsCheck;
using FsCheck.Fluent;

namespace Kmem.Tests;

/// <summary>Random sequences of allocations and releases on several threads against a model that knows what each thread holds.</summary>
public unsafe class ModelTests
{
    private const int Threads = 3;

    private enum Family
    {
        Kmalloc,
        Pages,
        Vmalloc,
    }

    /// <summary>Plain; with all object checks; with a tenth of the allocations failing; with too little memory for what the threads want.</summary>
    [Theory]
    [InlineData(32, MachineDebug.None, 0)]
    [InlineData(32, MachineDebug.Poison | MachineDebug.RedZone, 0)]
    [InlineData(32, MachineDebug.None, 0.1)]
    [InlineData(5, MachineDebug.None, 0)]
    public void Nothing_overlaps_contents_stay_and_all_memory_comes_back(int mebibytes, MachineDebug debug, double failing)
    {
        Prop.ForAll((int[] steps) =>
        {
            using TestMachine test = new(memory: (ulong)mebibytes * TestMachine.MiB, debug: debug);
            Machine machine = test.Machine;
            ulong free = machine.FreeBytes;
            machine.Faults = failing > 0 ? new fault_attr { probability = failing } : null;
            Exception? failure = null;
            Thread[] threads = [.. Enumerable.Range(0, Threads).Select(seed => new Thread(() => failure = Record.Exception(() => RunSteps(machine, steps, seed)) ?? failure))];
            foreach (Thread thread in threads)
                thread.Start();
            foreach (Thread thread in threads)
                thread.Join();
            Assert.Null(failure);
            Assert.True(machine.IsValid());
            machine.Faults = null;
            machine.Slab.Reap();
            Assert.Equal(free, machine.FreeBytes);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithEndSize(400));
    }

    private static void RunSteps(Machine machine, int[] steps, int seed)
    {
        Random random = new(seed);
        List<Held> held = [];
        foreach (int step in steps)
        {
            int choice = step ^ random.Next();
            if ((choice & 3) != 0 || held.Count == 0)
            {
                if (TryAllocate(machine, (Family)((choice >> 2 & 0xffff) % 3), choice >> 8 & 0xffff, (byte)choice) is { } got)
                    held.Add(got);
            }
            else
            {
                int index = (choice & 0xffff) % held.Count;
                Release(machine, held[index]);
                held.RemoveAt(index);
            }
        }
        foreach (Held one in held)
            Release(machine, one);
    }

    private static Held? TryAllocate(Machine machine, Family family, int size, byte pattern)
    {
        gfp_t flags = (pattern & 1) == 0 ? gfp_t.GFP_KERNEL | gfp_t.__GFP_NOWARN : gfp_t.GFP_ATOMIC | gfp_t.__GFP_NOWARN;
        uint order = (uint)size % 4;
        nint bytes = family == Family.Pages ? 4096 << (int)order : 1 + size % 20000;
        void* p = family switch
        {
            Family.Kmalloc => machine.Slab.Allocate(machine.Block, (nuint)bytes, flags),
            Family.Vmalloc => machine.Vmalloc.Allocate(machine.Block, (nuint)bytes, gfp_t.GFP_KERNEL | gfp_t.__GFP_NOWARN),
            _ => AllocatePages(machine, flags, order),
        };
        if (p == null)
            return null;
        nint alignment = family == Family.Kmalloc ? 32 : 4096;
        Assert.Equal(0, (nint)p % alignment);
        new Span<byte>(p, (int)bytes).Fill(pattern);
        return new Held(family, (nint)p, (int)bytes, order, pattern);
    }

    private static void* AllocatePages(Machine machine, gfp_t flags, uint order)
    {
        page* page = machine.Pages.Allocate(machine.Block, flags, order);
        return page == null ? null : machine.Frames.AddressOf(page);
    }

    // Another owner of any byte would have written its own pattern.
    private static void Release(Machine machine, Held held)
    {
        void* p = (void*)held.Address;
        Assert.False(new Span<byte>(p, held.Bytes).ContainsAnyExcept(held.Pattern));
        switch (held.Family)
        {
            case Family.Kmalloc:
                machine.Slab.Free(machine.Block, p);
                break;
            case Family.Vmalloc:
                machine.Vmalloc.Free(machine.Block, p);
                break;
            default:
                machine.Pages.Free(machine.Block, machine.Frames.PageOf(p), held.Order);
                break;
        }
    }

    private sealed record Held(Family Family, nint Address, int Bytes, uint Order, byte Pattern);
}
