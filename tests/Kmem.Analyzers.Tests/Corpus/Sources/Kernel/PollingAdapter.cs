using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Polling;

internal unsafe struct RxSlot
{
    public page* Page;
    public uint Offset;
    public uint Length;
}

/// <summary>Counters of one CPU: written there only, and read from anywhere.</summary>
internal struct RxCounters
{
    public ulong Packets, Bytes, Dropped;
}

/// <summary>Who gets what was received: may keep the bytes until it returns.</summary>
[AtomicContext(AtomicKind.SoftIrq)]
internal unsafe delegate bool Receive(byte* data, uint length);

/// <summary>An adapter that polls as long as there is something to do, and asks for an interrupt when there is not.</summary>
internal sealed unsafe class PollingAdapter
{
    private const uint Slots = 256;
    private const int Budget = 64;
    private const uint InterruptEnable = 0x10, InterruptStatus = 0x14, RxDone = 0x18;

    private static readonly PerCpu<RxCounters> s_counters = DEFINE_PER_CPU<RxCounters>("rx_counters");

    private readonly tasklet_struct _poll = new();
    private readonly timer_list _refillTimer = new();
    private readonly Receive _receive;
    private spinlock_t _ringLock;
    private RxSlot* _slots;
    private byte* _registers;
    private uint _clean;
    private uint _use;
    private bool _isUp;

    public PollingAdapter(Receive receive)
    {
        _receive = receive;
        tasklet_init(_poll, Poll, 0);
        timer_setup(_refillTimer, RefillLater);
    }

    public static ulong TotalPackets
    {
        get
        {
            ulong total = 0;
            for (int cpu = 0; cpu < NR_CPUS; cpu++)
                total += per_cpu(s_counters, cpu).Packets;
            return total;
        }
    }

    public int Open(ulong registers, uint irq)
    {
        int error = -ENOMEM;
        _slots = (RxSlot*)kcalloc(Slots, (nuint)sizeof(RxSlot), GFP_KERNEL);
        if (_slots == null)
            goto out_nothing;

        _registers = (byte*)ioremap(registers, 8192);
        if (_registers == null)
            goto out_slots;

        if (Refill(Slots - 1, GFP_KERNEL) == 0)
            goto out_registers;

        error = request_irq(irq, Interrupt, 0, "poll", null);
        if (error != 0)
            goto out_pages;

        _isUp = true;
        writel(1, _registers + InterruptEnable);
        return 0;

    out_pages:
        FreePages();
    out_registers:
        iounmap(_registers);
        _registers = null;
    out_slots:
        kfree(_slots);
        _slots = null;
    out_nothing:
        return error;
    }

    public void Stop(uint irq)
    {
        spin_lock_bh(ref _ringLock);
        _isUp = false;
        spin_unlock_bh(ref _ringLock);

        writel(0, _registers + InterruptEnable);
        free_irq(irq, null);
        tasklet_kill(_poll);
        FreePages();
        iounmap(_registers);
        kfree(_slots);
        _registers = null;
        _slots = null;
    }

    private irqreturn_t Interrupt(int irq, void* id)
    {
        if (readl(_registers + InterruptStatus) == 0)
            return irqreturn_t.IRQ_NONE;

        writel(0, _registers + InterruptEnable);
        tasklet_schedule(_poll);
        return irqreturn_t.IRQ_HANDLED;
    }

    private void Poll(nuint data)
    {
        int done = 0;
        spin_lock(ref _ringLock);
        while (done < Budget && _isUp && _clean != readl(_registers + RxDone))
        {
            RxSlot slot = _slots[_clean % Slots];
            _slots[_clean % Slots].Page = null;
            _clean++;
            spin_unlock(ref _ringLock);

            Deliver(in slot);
            done++;
            spin_lock(ref _ringLock);
        }

        bool isUp = _isUp;
        spin_unlock(ref _ringLock);
        if (!isUp)
            return;
        if (Refill((uint)done, GFP_ATOMIC) < (uint)done)
            mod_timer(_refillTimer, jiffies + HZ / 10);
        if (done == Budget)
            tasklet_schedule(_poll);
        else
            writel(1, _registers + InterruptEnable);
    }

    [AtomicContext(AtomicKind.SoftIrq)]
    private void Deliver(in RxSlot slot)
    {
        if (slot.Page == null)
            return;

        byte* data = (byte*)kmap_atomic(slot.Page, km_type.KM_SKB_DATA_SOFTIRQ);
        bool isTaken = _receive(data + slot.Offset, slot.Length);
        kunmap_atomic(data, km_type.KM_SKB_DATA_SOFTIRQ);

        ref RxCounters counters = ref get_cpu_var(s_counters);
        if (isTaken)
        {
            counters.Packets++;
            counters.Bytes += slot.Length;
        }
        else
        {
            counters.Dropped++;
        }

        put_cpu_var(s_counters);
        __free_page(slot.Page);
    }

    /// <summary>Gives the ring new pages; tells how many it got.</summary>
    private uint Refill(uint wanted, gfp_t flags)
    {
        uint given = 0;
        while (given < wanted)
        {
            page* fresh = alloc_page(flags | __GFP_COLD | __GFP_NOWARN);
            if (fresh == null)
                break;

            spin_lock_bh(ref _ringLock);
            bool hasRoom = _use - _clean < Slots - 1;
            if (hasRoom)
                _slots[_use++ % Slots] = new RxSlot { Page = fresh, Length = PAGE_SIZE };
            spin_unlock_bh(ref _ringLock);
            if (!hasRoom)
            {
                __free_page(fresh);
                break;
            }

            given++;
        }

        return given;
    }

    private void RefillLater(timer_list timer)
    {
        if (Refill(Budget, GFP_ATOMIC) == 0)
            mod_timer(timer, jiffies + HZ);
    }

    private void FreePages()
    {
        for (uint i = 0; i < Slots; i++)
        {
            page* used = _slots[i].Page;
            _slots[i].Page = null;
            if (used != null)
                __free_page(used);
        }
    }
}
