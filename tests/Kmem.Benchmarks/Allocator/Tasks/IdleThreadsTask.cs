using System.Runtime.CompilerServices;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Benchmarks.Allocator.Tasks;

/// <summary>What a thread keeps that has worked with sizes up to 4 KiB and idles, and what is left when it has ended.</summary>
internal static unsafe class IdleThreadsTask
{
    public const string WhileIdle = "KiB while idle", Afterwards = "KiB afterwards", BlocksLeft = "blocks left of threads that have ended";
    private const int KiB = 1024, Slots = 100, Operations = 5000;

    // Twice the time after which a thread counts as idle, and some more.
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(5);

    public static IEnumerable<KeyValuePair<string, double>> Run(int count)
    {
        // Once for nothing, so that what all threads share is there already; then beside threads that do not use Kmem, because a thread's stack comes and goes too.
        Measure(count, Work);
        var plain = Measure(count, _ => { });
        var working = Measure(count, Work);
        yield return KeyValuePair.Create(WhileIdle, working.Idle - plain.Idle);
        yield return KeyValuePair.Create(Afterwards, working.Afterwards - plain.Afterwards);
        yield return KeyValuePair.Create(BlocksLeft, (double)working.BlocksLeft);
    }

    private static (double Idle, double Afterwards, int BlocksLeft) Measure(int count, Action<int> use)
    {
        using var worked = new CountdownEvent(count);
        using var work = new ManualResetEventSlim();
        using var end = new ManualResetEventSlim();
        Thread[] threads = [.. Enumerable.Range(1, count).Select(seed => new Thread(() =>
        {
            TouchStack();
            work.Wait();
            use(seed);
            worked.Signal();
            end.Wait();
        }))];
        foreach (var thread in threads)
            thread.Start();
        var blocks = current_machine.Blocks.Count;
        var before = Used();
        work.Set();
        worked.Wait();
        Thread.Sleep(s_pause);
        var idle = Used();
        end.Set();
        foreach (var thread in threads)
            thread.Join();
        Array.Clear(threads);
        // The garbage collector tells that a thread has ended.
        SpinWait.SpinUntil(() => ResidentMemory.Total > 0 && current_machine.Blocks.Count <= blocks, s_pause);
        var afterwards = Used();
        return ((idle - before) / (double)KiB / count, (afterwards - before) / (double)KiB / count, current_machine.Blocks.Count - blocks);
    }

    // The system keeps what a stack once had, also for the next thread: not ours to be counted.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TouchStack()
    {
        const int bytes = 128 * KiB;
        var stack = stackalloc byte[bytes];
        new Span<byte>(stack, bytes).Fill(1);
    }

    private static void Work(int seed)
    {
        var random = new Random(seed);
        var blocks = stackalloc void*[Slots];
        for (var i = 0; i < Slots; i++)
            blocks[i] = null;
        for (var i = 0; i < Operations; i++)
        {
            var slot = random.Next(Slots);
            kfree(blocks[slot]);
            blocks[slot] = kmalloc((nuint)(16 * Math.Pow(256, random.NextDouble())), GFP_KERNEL);
        }

        for (var i = 0; i < Slots; i++)
            kfree(blocks[i]);
    }

    // Tables, and what the machine's threads hold ready; what lies in slabs and depots is for all of them.
    private static long Used()
    {
        var anonymous = ResidentMemory.Anonymous;
        var objects = current_machine.Slab.Caches.Sum(cache => (long)current_machine.Slab.CountInArrays(cache) * cache.Geometry.Stride);
        return anonymous + objects + (long)current_machine.Pages.Stash.CountPages() * PAGE_SIZE;
    }
}
