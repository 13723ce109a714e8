using FsCheck;
using FsCheck.Fluent;

namespace Kmem.Tests.Model;

/// <summary>Random misuse between right uses: each wrong call is a KernelBugException, changes nothing, and leaves a machine that goes on.</summary>
public unsafe class MisuseTests
{
    [Theory]
    [InlineData(MachineDebug.None)]
    [InlineData(MachineDebug.Poison | MachineDebug.RedZone | MachineDebug.Track)]
    public void Wrong_calls_are_found_and_change_nothing(MachineDebug debug) =>
        Prop.ForAll((int[] steps) => Run(steps, debug)).Check(Config.QuickThrowOnFailure.WithMaxTest(15).WithEndSize(150));

    private static void Run(int[] steps, MachineDebug debug)
    {
        using TestMachine test = new(memory: 32 * TestMachine.MiB, debug: debug);
        Machine machine = test.Machine;
        ulong free = machine.FreeBytes;
        Families families = new(machine);
        Random random = new(steps.Length);
        List<Held> held = [];
        foreach (int step in steps)
        {
            int choice = step ^ random.Next();
            Family family = families.All[(choice & 0xff) % families.All.Count];
            if (family.TryAllocate(choice >> 8 & 0x3ff, (byte)choice) is { } got)
            {
                got.Fill();
                held.Add(got);
            }
            if (held.Count > 0)
                Misuse(machine, held[(choice & 0xffff) % held.Count], choice >> 16 & 7);
            if (held.Count > 20)
                ReleaseTwice(held, (choice & 0xffff) % held.Count);
            Assert.True(machine.IsValid());
        }

        while (held.Count > 0)
            ReleaseTwice(held, held.Count - 1);
        families.Destroy();
        machine.Reclaim();
        Assert.Equal(free, machine.FreeBytes);
    }

    // Alone on the machine, so what was released is nobody else's when it is released again.
    private static void ReleaseTwice(List<Held> held, int index)
    {
        held[index].CheckContents();
        held[index].Release();
        if (!held[index].WritesBeforeRelease)
            Assert.Throws<KernelBugException>(held[index].Release);
        held.RemoveAt(index);
    }

    private static void Misuse(Machine machine, Held held, int how)
    {
        byte* p = (byte*)held.Address;
        Action wrong = how switch
        {
            0 => () => machine.Slab.Free(machine.Block, p + 8),
            1 => () => machine.Vmalloc.Free(machine.Block, p + 4096),
            2 => () => machine.PerCpu.Free(machine.Block, p + 8),
            3 => () => machine.Coherent.Free(machine.Block, new device("other"), 1, p, default),
            4 => () => machine.Pages.Free(machine.Block, (page*)p, 0),
            5 => () => machine.Slab.Free(machine.Block, machine.Slab.DescriptorCache, p),
            6 => () => machine.Vmalloc.UnmapPages(p),
            _ => () => machine.Pages.Free(machine.Block, machine.Frames.Pages + 1 + (uint)held.Bytes % 7, 9),
        };
        Assert.Throws<KernelBugException>(wrong);
        held.CheckContents();
    }
}
