using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

public unsafe class PerCpuTests
{
    [Fact]
    public void Increments_between_get_and_put_are_not_lost()
    {
        PerCpu<long> counter = DEFINE_PER_CPU<long>("counter");
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            for (int i = 0; i < 20000; i++)
            {
                get_cpu_var(counter)++;
                put_cpu_var(counter);
            }
        }))];
        foreach (Thread thread in threads)
            thread.Start();
        foreach (Thread thread in threads)
            thread.Join();
        long sum = 0;
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
            sum += per_cpu(counter, cpu);
        Assert.Equal(80000, sum);
    }

    [Fact]
    public void Copies_start_at_zero_and_lie_on_separate_cache_lines()
    {
        PerCpu<int> variable = DEFINE_PER_CPU<int>("separate");
        fixed (int* first = &per_cpu(variable, 0), second = &per_cpu(variable, 1))
        {
            Assert.Equal(0, *first);
            Assert.True((byte*)second - (byte*)first >= 64);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => per_cpu(variable, NR_CPUS));
    }
}
