using System.Runtime.CompilerServices;
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

    [Fact]
    public void A_thread_forgets_machines_that_are_gone()
    {
        using HostMemory host = HostMemory.Open(1 << 20, portable: false);
        ThreadBlocks?[] first = [null];
        Make(host, first);
        ThreadBlocks second = new(host, 4096, cpus: 1, processWide: false);
        using ManualResetEventSlim isInFirst = new(), isFirstGone = new(), isInSecond = new(), mayEnd = new();
        Thread thread = new(() =>
        {
            Enter(first[0]!);
            isInFirst.Set();
            isFirstGone.Wait();
            Enter(second);
            isInSecond.Set();
            mayEnd.Wait();
        });
        thread.Start();
        isInFirst.Wait();
        WeakReference gone = DisposeOf(first);
        isFirstGone.Set();
        isInSecond.Wait();
        for (int i = 0; i < 100 && gone.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.False(gone.IsAlive);
        mayEnd.Set();
        thread.Join();
        second.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Make(HostMemory host, ThreadBlocks?[] made) => made[0] = new ThreadBlocks(host, 4096, cpus: 1, processWide: false);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Enter(ThreadBlocks blocks) => Assert.True(blocks.Current != null);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference DisposeOf(ThreadBlocks?[] blocks)
    {
        WeakReference gone = new(blocks[0]);
        blocks[0]!.Dispose();
        blocks[0] = null;
        return gone;
    }

    private static void EnterAndEnd(ThreadBlocks blocks)
    {
        Thread thread = new(() => GC.KeepAlive((nint)blocks.Current));
        thread.Start();
        thread.Join();
    }
}
