using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace RingDriver;

/// <summary>What the driver does when the card interrupts.</summary>
internal static unsafe class Interrupts
{
    /// <summary>Cleans what was sent and takes what has arrived. The card calls it with interrupts off.</summary>
    [AtomicContext(AtomicKind.HardIrq)]
    public static void Handle(Device* dev)
    {
        spin_lock(ref dev->Lock);
        if (dev->Overruns != 0)
        {
            // The data sheet asks for a pause before the rings may be touched.
            udelay(1 * 1000);
            dev->Lost += dev->Overruns;
            dev->Overruns = 0;
        }

        for (uint i = 0; i < dev->Transmit.Count; i++)
            Clean(dev->Transmit.At(i));
        while (TakeReceived(dev))
        {
        }

        spin_unlock(ref dev->Lock);
    }

    private static void Clean(Slot* slot)
    {
        if (slot->Owner != Owner.Driver)
            return;
        kfree(slot->Data);
        slot->Data = null;
    }

    [HoldsSpinlock("dev.Lock")]
    private static bool TakeReceived(Device* dev)
    {
        Slot* slot = dev->Receive.At(dev->Receive.Tail);
        if (slot->Owner != Owner.Driver)
            return false;
        Packet* packet = (Packet*)kmalloc((nuint)sizeof(Packet) + slot->Length, GFP_ATOMIC);
        if (packet != null)
        {
            packet->Next = null;
            packet->Length = slot->Length;
            memcpy(Packet.Bytes(packet), slot->Data, slot->Length);
            Append(dev, packet);
        }

        slot->Owner = Owner.Card;
        dev->Receive.Tail++;
        return true;
    }

    private static void Append(Device* dev, Packet* packet)
    {
        if (dev->Last == null)
            dev->First = packet;
        else
            dev->Last->Next = packet;
        dev->Last = packet;
    }
}
