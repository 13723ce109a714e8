using Kmem;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace SlabTop;

/// <summary>
/// Something to look at: threads that hold more and less memory in turn, of many sizes, and a page cache that fills what is left and gives it back when it is asked to. The holding of
/// odd sizes is what breaks the free memory up; the reclaimer at work is what the watermarks show.
/// </summary>
internal sealed class Load : IDisposable
{
    private const int Threads = 2;
    private static readonly TimeSpan s_breath = TimeSpan.FromMilliseconds(2);

    private readonly PageCache _pageCache = new();
    private readonly List<Thread> _threads = [];
    private readonly CountdownEvent _cold = new(Threads + 1);
    private volatile bool _ending;

    /// <summary>Starts the threads.</summary>
    public void Start()
    {
        for (int i = 0; i < Threads; i++)
            StartThread($"load{i}", i);
        StartThread("pagecache", null);
    }

    /// <summary>Waits until every thread has made its first step, so that there is something to see.</summary>
    public void WaitUntilWarm() => _cold.Wait();

    /// <summary>Ends the threads and frees what they held.</summary>
    public void Dispose()
    {
        _ending = true;
        foreach (Thread thread in _threads)
            thread.Join();
        _pageCache.Dispose();
        _cold.Dispose();
    }

    private void StartThread(string name, int? seed)
    {
        Thread thread = new(() => Run(seed)) { Name = name, IsBackground = true };
        _threads.Add(thread);
        thread.Start();
    }

    private void Run(int? seed)
    {
        using Holdings? holdings = seed is { } number ? new Holdings(number) : null;
        Step(holdings);
        _cold.Signal();
        while (!_ending)
        {
            msleep((uint)s_breath.TotalMilliseconds);
            Step(holdings);
        }
    }

    private void Step(Holdings? holdings)
    {
        if (holdings != null)
            holdings.Step();
        else
            _pageCache.Fill();
    }
}
