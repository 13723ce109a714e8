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
    public void Without_a_variable_no_section_is_entered()
    {
        Assert.Throws<NullReferenceException>(() => get_cpu_var<int>(null!));
        Assert.Equal(0u, preempt_count());
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

    [Fact]
    public void Dynamic_objects_are_zeroed_separate_and_given_back()
    {
        long* p = alloc_percpu<long>();
        long* q = alloc_percpu<long>();
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
        {
            Assert.Equal(0, *per_cpu_ptr(p, cpu));
            *per_cpu_ptr(p, cpu) = cpu + 1;
            *per_cpu_ptr(q, cpu) = -1;
        }
        long* mine = get_cpu_ptr(p);
        Assert.Equal(smp_processor_id() + 1, *mine);
        put_cpu_ptr(p);
        free_percpu(p);
        nint gone = (nint)p;
        Assert.Throws<KernelBugException>(() => free_percpu((void*)gone));
        long* again = alloc_percpu<long>();
        Assert.Equal(0, *per_cpu_ptr(again, NR_CPUS - 1));
        free_percpu(again);
        free_percpu(q);
        free_percpu(null);
        Assert.True(__alloc_percpu(64 * 1024, 0) == null);
        Assert.True(__alloc_percpu(64, 24) == null);
    }
}
