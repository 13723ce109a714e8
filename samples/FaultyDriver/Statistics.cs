using Kmem;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace RingDriver;

/// <summary>How many packets of each size this driver has sent, counted on each CPU without a lock.</summary>
internal static unsafe class Statistics
{
    private const int Classes = 13;
    private static readonly PerCpu<Histogram> s_histograms = DEFINE_PER_CPU<Histogram>("ring_sizes");

    private struct Histogram
    {
        public uint* Counts;
    }

    /// <summary>Counts a packet. Called in process context.</summary>
    public static void Count(int length)
    {
        ref Histogram histogram = ref get_cpu_var(s_histograms);
        if (histogram.Counts == null)
            histogram.Counts = (uint*)kcalloc(Classes, sizeof(uint), GFP_KERNEL);
        if (histogram.Counts != null)
            histogram.Counts[ClassOf(length)]++;
        put_cpu_var(s_histograms);
    }

    /// <summary>Writes the sums over all CPUs to the log. Called in process context.</summary>
    /// <returns>0 or -ENOMEM.</returns>
    public static int Print()
    {
        uint* sums = (uint*)vzalloc(Classes * sizeof(uint));
        if (sums == null)
            return -ENOMEM;
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
            Add(sums, per_cpu(s_histograms, cpu).Counts);
        for (int i = 0; i < Classes; i++)
        {
            if (sums[i] != 0)
                printk($"ring: {sums[i]} packets of up to {1 << i} bytes");
        }

        kfree(sums);
        return 0;
    }

    /// <summary>Frees the counts. Called when nobody sends any more.</summary>
    public static void Free()
    {
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
        {
            kfree(per_cpu(s_histograms, cpu).Counts);
            per_cpu(s_histograms, cpu).Counts = null;
        }
    }

    private static void Add(uint* sums, uint* counts)
    {
        for (int i = 0; counts != null && i < Classes; i++)
            sums[i] += counts[i];
    }

    private static int ClassOf(int length) => Math.Min(Classes - 1, 32 - int.LeadingZeroCount(Math.Max(0, length - 1)));
}
