using System;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Net.Statistics;

internal struct Counters
{
    public ulong Packets;
    public ulong Bytes;
    public ulong Errors;
}

internal unsafe struct Sample
{
    public Sample* Next;
    public ulong Time;
    public uint Value;
}

internal unsafe struct SampleBuffer
{
    public Sample* Free;
    public Sample* Used;
    public int Count;
}

/// <summary>Counters that every CPU keeps for itself; only the reader adds them up.</summary>
internal sealed unsafe class PacketStatistics
{
    private static readonly PerCpu<Counters> s_total = DEFINE_PER_CPU<Counters>("packet_total");
    private static readonly PerCpu<SampleBuffer> s_samples = DEFINE_PER_CPU<SampleBuffer>("packet_samples");

    private static kmem_cache? s_cache;

    private readonly Counters* _interface;

    private PacketStatistics(Counters* counters) => _interface = counters;

    [MightSleep]
    public static bool Initialize()
    {
        s_cache = kmem_cache_create("packet_sample", (nuint)sizeof(Sample), 0, slab_flags_t.SLAB_NONE, null);
        return s_cache != null;
    }

    [MightSleep]
    public static PacketStatistics? Create()
    {
        Counters* counters = alloc_percpu<Counters>();
        return counters == null ? null : new PacketStatistics(counters);
    }

    public void Destroy() => free_percpu(_interface);

    /// <summary>Counts a packet of this interface. In any context.</summary>
    public void Count(uint bytes, bool good)
    {
        Counters* own = get_cpu_ptr(_interface);
        own->Packets++;
        own->Bytes += bytes;
        if (!good)
            own->Errors++;
        put_cpu_ptr(_interface);

        ref Counters total = ref get_cpu_var(s_total);
        total.Packets++;
        total.Bytes += bytes;
        put_cpu_var(s_total);
    }

    /// <summary>Notes a latency. The first samples of a CPU allocate its buffer.</summary>
    public static bool Note(uint value)
    {
        bool noted = false;
        ref SampleBuffer buffer = ref get_cpu_var(s_samples);
        Sample* sample = buffer.Free;
        if (sample != null)
        {
            buffer.Free = sample->Next;
        }
        else if (buffer.Count < 128)
        {
            sample = (Sample*)kmem_cache_alloc(s_cache!, GFP_ATOMIC);
            if (sample != null)
                buffer.Count++;
        }

        if (sample != null)
        {
            sample->Time = jiffies;
            sample->Value = value;
            sample->Next = buffer.Used;
            buffer.Used = sample;
            noted = true;
        }

        put_cpu_var(s_samples);
        return noted;
    }

    /// <summary>The sum over all CPUs; it may be a few packets old.</summary>
    public Counters Sum()
    {
        Counters sum = default;
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
        {
            Counters* counters = per_cpu_ptr(_interface, cpu);
            sum.Packets += counters->Packets;
            sum.Bytes += counters->Bytes;
            sum.Errors += counters->Errors;
        }

        return sum;
    }

    /// <summary>Moves this CPU's samples into the caller's array, oldest first.</summary>
    public static int Drain(Span<uint> values)
    {
        Sample* taken = TakeSamples(out int cpu);
        Sample* ordered = null;
        while (taken != null)
        {
            Sample* next = taken->Next;
            taken->Next = ordered;
            ordered = taken;
            taken = next;
        }

        int count = 0;
        Sample* last = null;
        for (Sample* sample = ordered; sample != null; sample = sample->Next)
        {
            if (count < values.Length)
                values[count++] = sample->Value;
            last = sample;
        }

        if (last != null)
            GiveBack(ordered, last);
        else
            printk($"statistics: no samples on CPU {cpu}");
        return count;
    }

    /// <summary>Frees the samples of all CPUs, when nobody counts any more.</summary>
    [MightSleep]
    public static void FreeSamples()
    {
        for (int cpu = 0; cpu < NR_CPUS; cpu++)
        {
            ref SampleBuffer buffer = ref per_cpu(s_samples, cpu);
            FreeChain(buffer.Free);
            FreeChain(buffer.Used);
            buffer = default;
            cond_resched();
        }

        kmem_cache_destroy(s_cache);
        s_cache = null;
    }

    /// <summary>Spreads work over the CPUs: the same hash always goes to the same one, unless it would be this one.</summary>
    public static int ChooseCpu(uint hash)
    {
        int self = get_cpu();
        int chosen = (int)(hash % (uint)NR_CPUS);
        if (chosen == self && NR_CPUS > 1)
            chosen = (chosen + 1) % NR_CPUS;
        put_cpu();
        return chosen;
    }

    private static Sample* TakeSamples(out int cpu)
    {
        preempt_disable();
        cpu = smp_processor_id();
        ref SampleBuffer buffer = ref per_cpu(s_samples, cpu);
        Sample* used = buffer.Used;
        buffer.Used = null;
        preempt_enable();
        return used;
    }

    private static void GiveBack(Sample* first, Sample* last)
    {
        ref SampleBuffer buffer = ref get_cpu_var(s_samples);
        last->Next = buffer.Free;
        buffer.Free = first;
        put_cpu_var(s_samples);
    }

    private static void FreeChain(Sample* sample)
    {
        while (sample != null)
        {
            Sample* next = sample->Next;
            kmem_cache_free(s_cache!, sample);
            sample = next;
        }
    }
}
