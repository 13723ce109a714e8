using System;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Sensors;

internal struct Sample
{
    public ulong Time;
    public int Value;
    public int Channel;
}

/// <summary>A ring that one interrupt fills and one reader empties; the pages behind it are mapped as one.</summary>
internal unsafe struct SampleRing
{
    public Sample* Samples;
    public page** Pages;
    public uint PageCount;
    public uint Mask;
    public uint Head;
    public uint Tail;

    public readonly bool IsEmpty => Head == Tail;

    public readonly bool IsFull => Head - Tail > Mask;

    /// <summary>Makes a ring of a power of two of pages.</summary>
    public static int Create(out SampleRing ring, uint pages)
    {
        ring = default;
        if (pages == 0 || pages > 64 || (pages & (pages - 1)) != 0)
            return -EINVAL;

        ring.Pages = (page**)kcalloc(pages, (nuint)sizeof(page*), GFP_KERNEL);
        if (ring.Pages == null)
            return -ENOMEM;

        for (; ring.PageCount < pages; ring.PageCount++)
        {
            page* one = alloc_page(GFP_KERNEL);
            if (one == null)
                goto fail;
            ring.Pages[ring.PageCount] = one;
        }

        ring.Samples = (Sample*)vmap(ring.Pages, pages);
        if (ring.Samples == null)
            goto fail;

        ring.Mask = (uint)(pages * PAGE_SIZE / sizeof(Sample)) - 1;
        return 0;

    fail:
        ring.Destroy();
        return -ENOMEM;
    }

    public void Destroy()
    {
        vunmap(Samples);
        Samples = null;
        while (PageCount > 0)
            __free_page(Pages[--PageCount]);
        kfree(Pages);
        Pages = null;
    }

    public bool TryAdd(in Sample sample)
    {
        if (IsFull)
            return false;
        Samples[Head++ & Mask] = sample;
        return true;
    }

    public bool TryTake(out Sample sample)
    {
        sample = default;
        if (IsEmpty)
            return false;
        sample = Samples[Tail++ & Mask];
        return true;
    }
}

/// <summary>Takes samples in an interrupt, works them up in a tasklet, and hands them out to readers.</summary>
internal sealed unsafe class Sampler
{
    private readonly tasklet_struct _sum = new();
    private readonly timer_list _watch = new();
    private spinlock_t _lock;
    private SampleRing _ring;
    private int* _sums;
    private byte* _registers;
    private uint _lost;
    private readonly int _channels;

    public Sampler(int channels) => _channels = Math.Clamp(channels, 1, 16);

    public int Start(ulong registers, uint irq)
    {
        if (SampleRing.Create(out SampleRing ring, 4) is not 0 and var noRing)
            return noRing;

        int error = 0;
        _sums = (int*)kcalloc((nuint)_channels, sizeof(int), GFP_KERNEL);
        _registers = _sums == null ? null : (byte*)ioremap(registers, 64);
        if (_registers == null)
            error = -ENOMEM;
        else
            error = request_irq(irq, OnSample, 0, "sampler", null);

        if (error != 0)
        {
            iounmap(_registers);
            _registers = null;
            kfree(_sums);
            ring.Destroy();
            return error;
        }

        _ring = ring;
        tasklet_init(_sum, Sum, 0);
        timer_setup(_watch, Watch);
        mod_timer(_watch, jiffies + HZ);
        return 0;
    }

    /// <summary>Copies out as many samples as there are, and no more than there is room for.</summary>
    public int Read(Sample* user, int count)
    {
        int done = 0;
        while (done < count)
        {
            spin_lock_irqsave(ref _lock, out nuint flags);
            bool isThere = _ring.TryTake(out Sample sample);
            spin_unlock_irqrestore(ref _lock, flags);
            if (!isThere)
                break;
            if (copy_to_user(user + done, &sample, (nuint)sizeof(Sample)) != 0)
                return -EFAULT;
            done++;
        }

        return done;
    }

    public void Stop(uint irq)
    {
        free_irq(irq, null);
        tasklet_kill(_sum);
        iounmap(_registers);
        kfree(_sums);
        _ring.Destroy();
    }

    private irqreturn_t OnSample(int irq, void* id)
    {
        uint raw = readl(_registers);
        if (raw == 0)
            return irqreturn_t.IRQ_NONE;

        var sample = new Sample { Time = jiffies, Value = (int)(raw & 0xffff), Channel = (int)(raw >> 28) };
        spin_lock(ref _lock);
        if (!_ring.TryAdd(in sample))
            _lost++;
        spin_unlock(ref _lock);
        tasklet_schedule(_sum);
        return irqreturn_t.IRQ_HANDLED;
    }

    private void Sum(nuint data)
    {
        int* sums = stackalloc int[16];
        spin_lock_irqsave(ref _lock, out nuint flags);
        for (uint i = _ring.Tail; i != _ring.Head; i++)
        {
            Sample sample = _ring.Samples[i & _ring.Mask];
            if (sample.Channel < _channels)
                sums[sample.Channel & 15] += sample.Value;
        }

        spin_unlock_irqrestore(ref _lock, flags);
        for (int i = 0; i < _channels; i++)
            _sums[i] = sums[i];
    }

    private void Watch(timer_list timer)
    {
        spin_lock_irqsave(ref _lock, out nuint flags);
        uint lost = _lost;
        _lost = 0;
        spin_unlock_irqrestore(ref _lock, flags);

        if (lost > 0)
            printk($"sampler: {lost} samples lost on CPU {smp_processor_id()}");
        mod_timer(timer, jiffies + (lost > 0 ? HZ / 10u : HZ));
    }
}
