using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Net;

/// <summary>The card's registers, by offset.</summary>
internal static unsafe class Registers
{
    public const uint InterruptStatus = 0x00;
    public const uint InterruptMask = 0x04;
    public const uint LinkStatus = 0x08;
    public const uint TransmitTail = 0x10;
    public const uint ReceiveTail = 0x14;
    public const uint TransmitDone = 1u << 0;
    public const uint ReceiveDone = 1u << 1;
    public const uint LinkChanged = 1u << 2;
    public const uint AllInterrupts = TransmitDone | ReceiveDone | LinkChanged;
    public const uint DescriptorDone = 1u << 31;

    public static uint Read(Adapter* adapter, uint register) => readl(adapter->Registers + register);

    public static void Write(Adapter* adapter, uint register, uint value) => writel(value, adapter->Registers + register);

    public static bool LinkIsUp(Adapter* adapter) => (Read(adapter, LinkStatus) & 1) != 0;
}

/// <summary>What the adapter does when the card interrupts, and the tasklet that hands packets up.</summary>
internal static unsafe class NetInterrupt
{
    private const int Budget = 32;

    private static readonly tasklet_struct s_delivery = new();
    private static readonly PerCpu<ulong> s_delivered = DEFINE_PER_CPU<ulong>("gbe_delivered");

    public static void Attach(Adapter* adapter) => tasklet_init(s_delivery, Deliver, (nuint)adapter);

    [MightSleep]
    public static void Detach() => tasklet_kill(s_delivery);

    public static irqreturn_t Handle(int irq, void* cookie)
    {
        Adapter* adapter = (Adapter*)cookie;
        uint status = Registers.Read(adapter, Registers.InterruptStatus) & Registers.AllInterrupts;
        if (status == 0)
            return irqreturn_t.IRQ_NONE;
        Registers.Write(adapter, Registers.InterruptStatus, status);

        if ((status & Registers.TransmitDone) != 0)
            Reclaim(adapter);
        if ((status & Registers.ReceiveDone) != 0)
        {
            ReceiveAll(adapter);
            tasklet_schedule(s_delivery);
        }

        if ((status & Registers.LinkChanged) != 0)
            printk(Registers.LinkIsUp(adapter) ? "gbe: link is up" : "gbe: link is down");
        return irqreturn_t.IRQ_HANDLED;
    }

    private static void Reclaim(Adapter* adapter)
    {
        spin_lock(ref adapter->TransmitLock);
        ref Ring ring = ref adapter->Transmit;
        while (ring.Used > 0 && (ring.DescriptorAt(ring.Tail)->Status & Registers.DescriptorDone) != 0)
        {
            Slot* slot = ring.SlotAt(ring.Tail++);
            kfree(slot->Frame);
            slot->Frame = null;
            slot->State = SlotState.Free;
        }

        while (!ring.IsFull)
        {
            Frame* waiting = adapter->Backlog.Take();
            if (waiting == null)
                break;
            NetAdapter.Queue(adapter, waiting);
        }

        spin_unlock(ref adapter->TransmitLock);
    }

    private static void ReceiveAll(Adapter* adapter)
    {
        spin_lock(ref adapter->ReceiveLock);
        for (int received = 0; received < Budget; received++)
        {
            uint index = adapter->Receive.Tail;
            if ((adapter->Receive.DescriptorAt(index)->Status & Registers.DescriptorDone) == 0)
                break;
            Frame* frame = Rings.Exchange(ref adapter->Receive, index, GFP_ATOMIC);
            if (frame != null)
                adapter->Arrived.Append(frame);
            else
                adapter->Dropped++;
            adapter->Receive.Tail = index + 1;
        }

        Registers.Write(adapter, Registers.ReceiveTail, adapter->Receive.Tail);
        spin_unlock(ref adapter->ReceiveLock);
    }

    private static void Deliver(nuint data)
    {
        Adapter* adapter = (Adapter*)data;
        for (int i = 0; i < Budget; i++)
        {
            spin_lock_irqsave(ref adapter->ReceiveLock, out nuint flags);
            Frame* frame = adapter->Arrived.Take();
            spin_unlock_irqrestore(ref adapter->ReceiveLock, flags);
            if (frame == null)
                return;
            Count(frame->Length);
            Protocol.Receive(frame);
        }

        tasklet_schedule(s_delivery);
    }

    private static void Count(uint bytes)
    {
        ref ulong counter = ref get_cpu_var(s_delivered);
        counter += bytes;
        put_cpu_var(s_delivered);
    }
}

/// <summary>The layer above: keeps what it knows and drops the rest.</summary>
internal static unsafe class Protocol
{
    private const uint HeaderSize = 14;

    private static spinlock_t s_lock;
    private static FrameQueue s_known;

    /// <summary>Takes a frame over. In soft interrupts.</summary>
    public static void Receive([TakesOwnership] Frame* frame)
    {
        if (frame->Length < HeaderSize || !IsKnown(frame))
        {
            kfree(frame);
            return;
        }

        spin_lock_bh(ref s_lock);
        s_known.Append(frame);
        spin_unlock_bh(ref s_lock);
    }

    /// <summary>The next frame of a known protocol; its reader frees it with kfree.</summary>
    public static Frame* Next()
    {
        spin_lock_bh(ref s_lock);
        Frame* frame = s_known.Take();
        spin_unlock_bh(ref s_lock);
        return frame;
    }

    private static bool IsKnown(Frame* frame)
    {
        byte* bytes = Frame.Bytes(frame);
        int type = bytes[12] << 8 | bytes[13];
        return type switch
        {
            0x0800 or 0x0806 or 0x86dd => true,
            _ => false,
        };
    }
}
