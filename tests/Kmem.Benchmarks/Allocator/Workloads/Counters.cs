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
        for (var i = 0; i < operations; i++)
        {
            Kernel.get_cpu_var(s_perCpu)++;
            Kernel.put_cpu_var(s_perCpu);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CountInterlocked(int operations)
    {
        for (var i = 0; i < operations; i++)
            Interlocked.Increment(ref s_shared.Value);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void CountThreadLocal(int operations)
    {
        for (var i = 0; i < operations; i++)
            s_threadLocal.Value++;
    }

    /// <summary>On cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct SharedCounter
    {
        [FieldOffset(128)] public long Value;
    }
}
