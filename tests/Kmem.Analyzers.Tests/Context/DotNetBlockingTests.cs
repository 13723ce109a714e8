using Kmem.Analyzers.Tests.Support;
using Xunit;

namespace Kmem.Analyzers.Tests.Context;

/// <summary>Projects that know nothing of Kmem: the contracts of .NET, under a System.Threading.SpinLock.</summary>
public class DotNetBlockingTests
{
    [Theory]
    [InlineData("{|KMEM1002:Thread.Sleep(1)|};")]
    [InlineData("{|KMEM1002:Thread.Sleep(TimeSpan.FromSeconds(1))|};")]
    [InlineData("{|KMEM1002:thread.Join()|};")]
    [InlineData("{|KMEM1002:task.Wait()|};")]
    [InlineData("{|KMEM1002:task.Wait(100)|};")]
    [InlineData("int n = {|KMEM1002:number.Result|};")]
    [InlineData("int n = {|KMEM1002:number.GetAwaiter().GetResult()|};")]
    [InlineData("{|KMEM1002:task.GetAwaiter().GetResult()|};")]
    [InlineData("{|KMEM1002:Task.WaitAll(task, number)|};")]
    [InlineData("{|KMEM1002:Task.WaitAny(task, number)|};")]
    [InlineData("{|KMEM1002:Monitor.Enter(gate)|}; Monitor.Exit(gate);")]
    [InlineData("{|KMEM1002:lock|} (gate) { }")]
    [InlineData("{|KMEM1002:lock|} (new Lock()) { }")]
    [InlineData("{|KMEM1002:Monitor.Wait(gate)|};")]
    [InlineData("{|KMEM1002:semaphore.Wait()|};")]
    [InlineData("{|KMEM1002:handle.WaitOne()|};")]
    [InlineData("{|KMEM1002:handle.WaitOne(5)|};")]
    [InlineData("{|KMEM1002:new ManualResetEventSlim().Wait()|};")]
    [InlineData("{|KMEM1002:new CountdownEvent(1).Wait()|};")]
    [InlineData("{|KMEM1002:new Barrier(1).SignalAndWait()|};")]
    [InlineData("{|KMEM1002:new ReaderWriterLockSlim().EnterReadLock()|};")]
    [InlineData("{|KMEM1002:new Mutex().WaitOne()|};")]
    [InlineData("{|KMEM1002:new BlockingCollection<int>().Add(1)|};")]
    [InlineData("_ = {|KMEM1002:new BlockingCollection<int>().Take()|};")]
    [InlineData("{|KMEM1002:Parallel.For(0, 3, i => { })|};")]
    [InlineData("{|KMEM1002:Process.GetCurrentProcess().WaitForExit()|};")]
    [InlineData("_ = {|KMEM1002:stream.Read(buffer, 0, 1)|};")]
    [InlineData("{|KMEM1002:stream.Write(buffer, 0, 1)|};")]
    [InlineData("{|KMEM1002:stream.Flush()|};")]
    [InlineData("_ = {|KMEM1002:file.ReadByte()|};")]
    [InlineData("_ = {|KMEM1002:File.ReadAllText(\"x\")|};")]
    [InlineData("{|KMEM1002:Console.WriteLine(\"x\")|};")]
    [InlineData("_ = {|KMEM1002:Console.ReadLine()|};")]
    [InlineData("_ = {|KMEM1002:socket.Send(buffer)|};")]
    [InlineData("_ = {|KMEM1002:socket.Receive(buffer)|};")]
    [InlineData("{|KMEM1002:Rest()|}; static void Rest() => Thread.Sleep(1);")]
    public Task What_blocks_under_a_spin_lock_is_reported(string statements) => UnderSpinLock(statements);

    [Theory]
    [InlineData("_ = handle.WaitOne(0);")]
    [InlineData("_ = handle.WaitOne(TimeSpan.Zero);")]
    [InlineData("_ = semaphore.Wait(0);")]
    [InlineData("if (Monitor.TryEnter(gate)) Monitor.Exit(gate);")]
    [InlineData("if (Monitor.TryEnter(gate, 0)) Monitor.Exit(gate);")]
    [InlineData("_ = task.Wait(0);")]
    [InlineData("const int Now = 0; _ = task.Wait(Now);")]
    [InlineData("Monitor.PulseAll(gate);")]
    [InlineData("Interlocked.Increment(ref counter);")]
    [InlineData("Thread.SpinWait(20);")]
    [InlineData("_ = Task.Run(() => Thread.Sleep(1));")]
    [InlineData("_ = task.ContinueWith(t => Thread.Sleep(1));")]
    [InlineData("_ = semaphore.WaitAsync();")]
    [InlineData("_ = stream.ReadAsync(buffer, 0, 1);")]
    [InlineData("_ = task.IsCompleted; _ = number.Status;")]
    [InlineData("gateLock.Exit(); Thread.Sleep(1); taken = false; gateLock.Enter(ref taken);")]
    public Task What_does_not_block_is_not(string statements) => UnderSpinLock(statements);

    [Theory]
    [InlineData("bool taken = false; gateLock.Enter(ref taken); gateLock.Exit(); Thread.Sleep(1);")]
    [InlineData("bool taken = false; try { gateLock.Enter(ref taken); counter++; } finally { if (taken) gateLock.Exit(); } Thread.Sleep(1);")]
    [InlineData("bool taken = false; try { gateLock.Enter(ref taken); counter++; } finally { if (taken) gateLock.Exit(false); } Thread.Sleep(1);")]
    [InlineData("bool taken = false; gateLock.TryEnter(ref taken); if (!taken) { Thread.Sleep(1); return; } gateLock.Exit();")]
    [InlineData("bool taken = false; gateLock.TryEnter(0, ref taken); if (taken) gateLock.Exit(); Thread.Sleep(1);")]
    [InlineData("bool taken = false; gateLock.Enter(ref taken); if (taken) gateLock.Exit(); else Thread.Sleep(1);")]
    public Task The_flag_of_a_spin_lock_tells_whether_it_is_held(string statements) => Test(statements);

    [Theory]
    [InlineData("bool taken = false; gateLock.TryEnter(ref taken); if (taken) { {|KMEM1002:Thread.Sleep(1)|}; gateLock.Exit(); }")]
    [InlineData("bool taken = false; try { gateLock.Enter(ref taken); {|KMEM1002:Thread.Sleep(1)|}; } finally { if (taken) gateLock.Exit(); }")]
    [InlineData("bool taken = false; try { gateLock.Enter(ref taken); } finally { if (taken) { {|KMEM1002:Thread.Sleep(1)|}; gateLock.Exit(); } }")]
    [InlineData("bool a = false, b = false; gateLock.Enter(ref a); otherLock.Enter(ref b); otherLock.Exit(); {|KMEM1002:Thread.Sleep(1)|}; gateLock.Exit();")]
    [InlineData("var holder = new Holder(); bool a = false; holder.Lock.Enter(ref a); {|KMEM1002:Thread.Sleep(1)|}; holder.Lock.Exit(); Thread.Sleep(1);")]
    public Task Sections_of_spin_locks(string statements) => Test(statements);

    private static Task UnderSpinLock(string statements) =>
        Test("bool taken = false;\ngateLock.Enter(ref taken);\n" + statements + "\ngateLock.Exit();");

    private static Task Test(string statements) => Verify.DotNetAsync("""
        using System;
        using System.Collections.Concurrent;
        using System.Diagnostics;
        using System.IO;
        using System.Net.Sockets;
        using System.Threading;
        using System.Threading.Tasks;

        class Holder { public SpinLock Lock; }

        class Program
        {
            SpinLock gateLock, otherLock;
            int counter;

            void Test(Thread thread, Task task, Task<int> number, object gate, SemaphoreSlim semaphore, WaitHandle handle, Stream stream, FileStream file, Socket socket, byte[] buffer)
            {
        """ + "\n" + statements + "\n}\n}");
}
