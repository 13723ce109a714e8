using Kmem.Execution;

namespace Kmem.Tests.ExecutionTests;

/// <summary>Stack accounting with the sizes a kernel's stack can have.</summary>
public unsafe class StackTests
{
    [Theory]
    [InlineData(4096, 3000, false)]
    [InlineData(4096, 5000, true)]
    [InlineData(8192, 5000, false)]
    [InlineData(8192, 9000, true)]
    [InlineData(16384, 9000, false)]
    [InlineData(16384, 17000, true)]
    public void Entering_a_section_too_deep_is_reported(int threadSize, int used, bool overrun)
    {
        using TestMachine test = new(debug: MachineDebug.Stack, threadSize: threadSize);
        EnterSectionBelow(test.Machine, 0);
        EnterSectionBelow(test.Machine, used);
        EnterSectionBelow(test.Machine, used);
        Assert.Equal(overrun ? 1 : 0, test.Log.Split("BUG: kernel stack overrun").Length - 1);
        Assert.Equal(overrun, test.Log.Contains($"bytes used of {threadSize} at ", StringComparison.Ordinal));
    }

    [Fact]
    public void So_is_calling_what_may_sleep()
    {
        using TestMachine test = new(debug: MachineDebug.Stack);
        EnterSectionBelow(test.Machine, 0);
        AllocateBelow(test.Machine, 9000);
        Assert.Contains("BUG: kernel stack overrun", test.Log);
        Assert.Contains("StackTests.cs:", test.Log);
    }

    [Fact]
    public void Without_the_check_nothing_is_said()
    {
        using TestMachine test = new();
        EnterSectionBelow(test.Machine, 0);
        EnterSectionBelow(test.Machine, 20000);
        Assert.Equal("", test.Log);
    }

    private static void EnterSectionBelow(Machine machine, int bytes)
    {
        byte* frame = stackalloc byte[bytes];
        Touch(frame, bytes);
        machine.Context.Enter(machine.Block, SectionKind.SpinLock);
        machine.Context.Leave(machine.Block, SectionKind.SpinLock);
    }

    private static void AllocateBelow(Machine machine, int bytes)
    {
        byte* frame = stackalloc byte[bytes];
        Touch(frame, bytes);
        machine.Pages.Free(machine.Block, machine.Pages.Allocate(machine.Block, gfp_t.GFP_KERNEL, 0), 0);
    }

    private static void Touch(byte* frame, int bytes) => new Span<byte>(frame, bytes).Fill(1);
}
