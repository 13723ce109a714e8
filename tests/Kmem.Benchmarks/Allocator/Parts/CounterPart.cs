using Kmem.Benchmarks.Allocator.Measurement;
using Kmem.Benchmarks.Allocator.Workloads;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>Two threads count.</summary>
internal static class CounterPart
{
    private const string PerCpu = "Kmem get_cpu_var, put_cpu_var", Shared = "Interlocked.Increment", Local = "ThreadLocal<long>";

    public static void Run(AllocatorOptions options, Report report)
    {
        using var threads = new ThreadPair();
        var contest = Contest.Run([OnBoth(Shared, Counters.CountInterlocked), OnBoth(Local, Counters.CountThreadLocal), OnBoth(PerCpu, Counters.CountPerCpu)], options.LongPace);
        ContestTable.Print("A counter on two threads", contest, Shared);
        report.Aim("per-CPU counter / Interlocked", 0.3, contest.Ratio(PerCpu, Shared));

        Entrant OnBoth(string name, Action<int> count) => new(name, operations => threads.RunBoth(() => count(operations)));
    }
}
