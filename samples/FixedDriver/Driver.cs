using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace RingDriver;

/// <summary>A network driver with a ring in each direction.</summary>
internal static unsafe class Driver
{
    private const uint TransmitSlots = 8;
    private const uint ReceiveSlots = 4;

    /// <summary>Brings a card up. Called in process context.</summary>
    /// <returns>The device; null without memory.</returns>
    public static Device* Probe()
    {
        Device* dev = (Device*)kzalloc((nuint)sizeof(Device), GFP_KERNEL);
        if (dev == null)
            return null;
        if (Rings.Create(&dev->Transmit, TransmitSlots) != 0
            || Rings.Create(&dev->Receive, ReceiveSlots) != 0
            || Rings.Fill(&dev->Receive) != 0)
        {
            Remove(dev);
            return null;
        }

        printk($"ring: card {Card.ReadAddress():x8} is up, {TransmitSlots} slots to send, {ReceiveSlots} to receive");
        return dev;
    }

    /// <summary>Takes the card down and frees what <see cref="Probe"/> allocated. Called in process context.</summary>
    public static void Remove(Device* dev)
    {
        for (Packet* packet = Receive(dev); packet != null; packet = Receive(dev))
            kfree(packet);
        Rings.DestroyTransmit(&dev->Transmit);
        Rings.DestroyReceive(&dev->Receive);
        kfree(dev);
    }

    /// <summary>Sends a packet of at most a page. May be called in any context.</summary>
    /// <returns>0, -EBUSY while the ring is full, -EINVAL or -ENOMEM.</returns>
    public static int Send(Device* dev, ReadOnlySpan<byte> packet)
    {
        if (packet.Length > PAGE_SIZE)
            return -EINVAL;
        spin_lock_irqsave(ref dev->Lock, out nuint flags);
        Slot* slot = FreeSlot(dev);
        if (slot == null)
        {
            spin_unlock_irqrestore(ref dev->Lock, flags);
            return -EBUSY;
        }

        byte* data = (byte*)kmalloc((nuint)packet.Length, GFP_ATOMIC);
        if (data == null)
        {
            spin_unlock_irqrestore(ref dev->Lock, flags);
            return -ENOMEM;
        }

        packet.CopyTo(new Span<byte>(data, packet.Length));
        slot->Data = data;
        slot->Length = (uint)packet.Length;
        slot->Owner = Owner.Card;
        dev->Transmit.Head++;
        Card.Kick(dev);
        spin_unlock_irqrestore(ref dev->Lock, flags);
        return 0;
    }

    /// <summary>Takes the oldest packet that has arrived; its reader frees it with kfree.</summary>
    /// <returns>The packet; null if there is none.</returns>
    public static Packet* Receive(Device* dev)
    {
        spin_lock_irqsave(ref dev->Lock, out nuint flags);
        Packet* packet = dev->First;
        if (packet != null)
            dev->First = packet->Next;
        if (dev->First == null)
            dev->Last = null;
        spin_unlock_irqrestore(ref dev->Lock, flags);
        return packet;
    }

    // The card takes slots in order: what lies a whole ring behind the head must be clean again.
    [HoldsSpinlock("dev.Lock")]
    private static Slot* FreeSlot(Device* dev)
    {
        Slot* slot = dev->Transmit.At(dev->Transmit.Head);
        return slot->Data == null ? slot : null;
    }
}
