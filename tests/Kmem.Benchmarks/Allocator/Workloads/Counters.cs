using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Kmem.Benchmarks.Allocator.Workloads;

/// <summary>Ways for several threads to count.</summary>
internal static class Counters
{
    private static readonly PerCpu<long> s_perCpu = Kernel.DEFINE_PER_CPU<long>("benchmark-counter");
    private static readonly ThreadLocal<long> s_threadLocal = new();
    private static SharedCounter s_shared;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CountPerCpu(int operations)
    {
        var i = 0;
        do
        {
            Kernel.get_cpu_var(s_perCpu)++;
            Kernel.put_cpu_var(s_perCpu);
        }
        while (++i < operations);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CountInterlocked(int operations)
    {
        var i = 0;
        do
            Interlocked.Increment(ref s_shared.Value);
        while (++i < operations);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CountThreadLocal(int operations)
    {
        var i = 0;
        do
            s_threadLocal.Value++;
        while (++i < operations);
    }

    /// <summary>On cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct SharedCounter
    {
        [FieldOffset(128)] public long Value;
    }
}
