using System;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Net;

internal unsafe struct Adapter
{
    public spinlock_t TransmitLock;
    public spinlock_t ReceiveLock;
    public Ring Transmit;
    public Ring Receive;
    public FrameQueue Backlog;
    public FrameQueue Arrived;
    public byte* Registers;
    public uint Irq;
    public bool Up;
    public ulong Dropped;
}

/// <summary>A gigabit adapter with a ring in each direction: bringing it up, taking it down and sending.</summary>
internal static unsafe class NetAdapter
{
    private const uint Slots = 64;
    private const uint FrameSize = 1536;
    private const uint BacklogLimit = 256;
    private const ulong RegisterBase = 0xfe00_0000;
    private const nuint RegisterSize = 0x1000;

    private static readonly device s_device = new("gbe0");
    private static readonly mutex s_configuration = new();

    [MightSleep]
    public static int Probe(uint irq, out Adapter* result)
    {
        int error = -ENOMEM;
        result = null;
        Adapter* adapter = (Adapter*)kzalloc((nuint)sizeof(Adapter), GFP_KERNEL);
        if (adapter == null)
            return error;
        spin_lock_init(ref adapter->TransmitLock);
        spin_lock_init(ref adapter->ReceiveLock);
        adapter->Irq = irq;

        adapter->Registers = (byte*)ioremap(RegisterBase, RegisterSize);
        if (adapter->Registers == null)
            goto free_adapter;
        if ((error = Rings.Allocate(s_device, ref adapter->Transmit, Slots)) != 0)
            goto unmap;
        if ((error = Rings.Allocate(s_device, ref adapter->Receive, Slots)) != 0)
            goto free_transmit;
        if ((error = Rings.Fill(ref adapter->Receive, FrameSize)) != 0)
            goto free_receive;
        NetInterrupt.Attach(adapter);
        if ((error = request_irq(irq, NetInterrupt.Handle, 0, "gbe", adapter)) != 0)
            goto free_receive;

        Registers.Write(adapter, Registers.InterruptMask, Registers.AllInterrupts);
        result = adapter;
        return 0;

    free_receive:
        Rings.Release(s_device, ref adapter->Receive);
    free_transmit:
        Rings.Release(s_device, ref adapter->Transmit);
    unmap:
        iounmap(adapter->Registers);
    free_adapter:
        kfree(adapter);
        return error;
    }

    [MightSleep]
    public static void Remove(Adapter* adapter)
    {
        Close(adapter);
        free_irq(adapter->Irq, adapter);
        NetInterrupt.Detach();
        Rings.FreeAll(ref adapter->Backlog);
        Rings.FreeAll(ref adapter->Arrived);
        Rings.Release(s_device, ref adapter->Receive);
        Rings.Release(s_device, ref adapter->Transmit);
        iounmap(adapter->Registers);
        kfree(adapter);
    }

    [MightSleep]
    public static int Open(Adapter* adapter)
    {
        mutex_lock(s_configuration);
        if (adapter->Up)
        {
            mutex_unlock(s_configuration);
            return -EBUSY;
        }

        for (int attempt = 0; attempt < 10 && !Registers.LinkIsUp(adapter); attempt++)
            msleep(20);
        bool up = Registers.LinkIsUp(adapter);
        spin_lock_irq(ref adapter->TransmitLock);
        adapter->Up = up;
        spin_unlock_irq(ref adapter->TransmitLock);
        mutex_unlock(s_configuration);
        return up ? 0 : -EIO;
    }

    [MightSleep]
    public static void Close(Adapter* adapter)
    {
        mutex_lock(s_configuration);
        spin_lock_irq(ref adapter->TransmitLock);
        adapter->Up = false;
        spin_unlock_irq(ref adapter->TransmitLock);
        while (Pending(adapter) != 0)
            msleep(1);
        mutex_unlock(s_configuration);
    }

    /// <summary>Sends a copy of the packet. In any context.</summary>
    public static int Send(Adapter* adapter, ReadOnlySpan<byte> packet)
    {
        if (packet.IsEmpty || packet.Length > FrameSize)
            return -EINVAL;
        Frame* frame = Rings.NewFrame((uint)packet.Length, GFP_ATOMIC | __GFP_NOWARN);
        if (frame == null)
            return -ENOMEM;
        packet.CopyTo(new Span<byte>(Frame.Bytes(frame), packet.Length));
        frame->Length = (uint)packet.Length;

        int error = 0;
        spin_lock_irqsave(ref adapter->TransmitLock, out nuint flags);
        if (!adapter->Up)
            error = -EIO;
        else if (!adapter->Transmit.IsFull)
            Queue(adapter, frame);
        else if (adapter->Backlog.Count < BacklogLimit)
            adapter->Backlog.Append(frame);
        else
            error = -EBUSY;
        if (error != 0)
            adapter->Dropped++;
        spin_unlock_irqrestore(ref adapter->TransmitLock, flags);

        if (error != 0)
            kfree(frame);
        return error;
    }

    /// <summary>Takes the oldest packet that has arrived into the caller's buffer.</summary>
    public static int Read(Adapter* adapter, Span<byte> buffer)
    {
        spin_lock_irqsave(ref adapter->ReceiveLock, out nuint flags);
        Frame* frame = adapter->Arrived.Take();
        spin_unlock_irqrestore(ref adapter->ReceiveLock, flags);
        if (frame == null)
            return 0;

        int length = Math.Min((int)frame->Length, buffer.Length);
        new ReadOnlySpan<byte>(Frame.Bytes(frame), length).CopyTo(buffer);
        kfree(frame);
        return length;
    }

    /// <summary>Gives a frame to the card, which owns it until it says that it is sent.</summary>
    [HoldsSpinlock("adapter.TransmitLock")]
    public static void Queue(Adapter* adapter, [TakesOwnership] Frame* frame)
    {
        uint index = adapter->Transmit.Head;
        Slot* slot = adapter->Transmit.SlotAt(index);
        Descriptor* descriptor = adapter->Transmit.DescriptorAt(index);
        slot->Frame = frame;
        slot->State = SlotState.Device;
        descriptor->Address = virt_to_phys(Frame.Bytes(frame));
        descriptor->Length = frame->Length;
        adapter->Transmit.Head = index + 1;
        Registers.Write(adapter, Registers.TransmitTail, adapter->Transmit.Head);
    }

    private static uint Pending(Adapter* adapter)
    {
        spin_lock_irq(ref adapter->TransmitLock);
        uint used = adapter->Transmit.Used;
        spin_unlock_irq(ref adapter->TransmitLock);
        return used;
    }
}
