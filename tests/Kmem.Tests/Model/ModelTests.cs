using FsCheck;
using FsCheck.Fluent;

namespace Kmem.Tests.Model;

/// <summary>Random sequences of every allocation and release on several threads, against a model that knows what each thread holds and where it lies.</summary>
public class ModelTests
{
    private const int Threads = 3;

    /// <summary>Plain; with all object checks; on two nodes; with a tenth of the allocations failing; with too little memory for what the threads want, also on the portable backend.</summary>
    [Theory]
    [InlineData(32, MachineDebug.None, 0, 1, false)]
    [InlineData(32, MachineDebug.Poison | MachineDebug.RedZone, 0, 1, false)]
    [InlineData(32, MachineDebug.InitOnFree, 0, 2, false)]
    [InlineData(32, MachineDebug.None, 0.1, 1, false)]
    [InlineData(5, MachineDebug.None, 0, 1, false)]
    [InlineData(5, MachineDebug.RedZone, 0.1, 1, false)]
    [InlineData(6, MachineDebug.None, 0, 1, true)]
    public void Nothing_overlaps_contents_stay_and_all_memory_comes_back(int mebibytes, MachineDebug debug, double failing, int nodes, bool portable) =>
        Check(40, steps => Run(steps, (ulong)mebibytes * TestMachine.MiB, debug, failing, nodes, portable));

    /// <summary>As above, with high memory, which costs a larger machine.</summary>
    [Fact]
    public void High_pages_are_part_of_it() =>
        Check(3, steps => Run(steps, 928 * TestMachine.MiB, MachineDebug.None, 0, 1, portable: false));

    private static void Check(int tests, Action<int[]> run) =>
        Prop.ForAll((int[] steps) => run(steps)).Check(Config.QuickThrowOnFailure.WithMaxTest(tests).WithStartSize(20).WithEndSize(600));

    private static void Run(int[] steps, ulong memory, MachineDebug debug, double failing, int nodes, bool portable)
    {
        using TestMachine test = new(memory, debug: debug, nodes: nodes, portable: portable);
        Machine machine = test.Machine;
        ulong free = machine.FreeBytes;
        Families families = new(machine);
        ModelOfMemory model = new(machine);
        machine.Faults = failing > 0 ? new fault_attr { probability = failing } : null;
        TestThreads.Run(Threads, seed => new Walk(machine, families, model, seed).Run(steps));
        machine.Faults = null;
        Assert.True(model.IsEmpty);
        families.Destroy();
        machine.Reclaim();
        Assert.True(machine.IsValid());
        Assert.Equal(free, machine.FreeBytes);
    }

    /// <summary>What one thread does: a step is an allocation, or the release of something it holds; after each the machine is looked at.</summary>
    private sealed class Walk(Machine machine, Families families, ModelOfMemory model, int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<Held> _held = [];

        public void Run(int[] steps)
        {
            foreach (int step in steps)
            {
                int choice = step ^ _random.Next();
                if ((choice & 3) != 0 || _held.Count == 0)
                    Allocate(choice >> 2);
                else
                    Release((choice & 0xffff) % _held.Count);
                Assert.True(machine.IsValid());
            }

            while (_held.Count > 0)
                Release(_held.Count - 1);
        }

        private void Allocate(int choice)
        {
            Family family = families.All[(choice & 0xff) % families.All.Count];
            if (family.TryAllocate(choice >> 8 & 0x3ff, (byte)choice) is not { } held)
                return;
            _held.Add(held);
            model.Add(held);
            held.Fill();
        }

        private void Release(int index)
        {
            Held held = _held[index];
            _held.RemoveAt(index);
            held.CheckContents();
            model.Remove(held);
            held.Release();
        }
    }
}
