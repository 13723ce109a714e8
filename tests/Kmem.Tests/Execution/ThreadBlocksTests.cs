using Kmem.Execution;
using Kmem.Platform;

namespace Kmem.Tests.ExecutionTests;

public unsafe class ThreadBlocksTests
{
    [Fact]
    public void Disposing_waits_until_the_block_of_an_ended_thread_is_back()
    {
        using HostMemory host = HostMemory.Open(1 << 20, portable: false);
        ThreadBlocks blocks = new(host, 4096, cpus: 1, processWide: false);
        Thread disposer = new(blocks.Dispose);
        using ManualResetEventSlim isBack = new();
        bool isDisposedTooEarly = false;
        blocks.Retiring += _ =>
        {
            disposer.Start();
            SpinWait.SpinUntil(() => (disposer.ThreadState & (ThreadState.WaitSleepJoin | ThreadState.Stopped)) != 0);
            isDisposedTooEarly = (disposer.ThreadState & ThreadState.Stopped) != 0;
            isBack.Set();
        };
        EnterAndEnd(blocks);
        while (!isBack.IsSet)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        disposer.Join();
        Assert.False(isDisposedTooEarly);
        Assert.Equal(0, blocks.Count);
    }

    private static void EnterAndEnd(ThreadBlocks blocks)
    {
        Thread thread = new(() => GC.KeepAlive((nint)blocks.Current));
        thread.Start();
        thread.Join();
    }
}
