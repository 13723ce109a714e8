using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace RingDriver;

/// <summary>Memory of the rings.</summary>
internal static unsafe class Rings
{
    /// <summary>Allocates a ring whose slots the driver owns.</summary>
    /// <returns>0 or -ENOMEM.</returns>
    public static int Create(Ring* ring, uint count)
    {
        Slot* slots = (Slot*)kmalloc_array(count, (nuint)sizeof(Slot), GFP_KERNEL);
        for (uint i = 0; i < count; i++)
            slots[i] = default;
        ring->Slots = slots;
        ring->Count = count;
        return 0;
    }

    /// <summary>Gives every slot a page, and the slots to the card.</summary>
    /// <returns>0 or -ENOMEM.</returns>
    public static int Fill(Ring* ring)
    {
        for (uint i = 0; i < ring->Count; i++)
        {
            byte* data = (byte*)__get_free_page(GFP_KERNEL);
            if (data == null)
                return -ENOMEM;
            ring->Slots[i].Data = data;
            ring->Slots[i].Owner = Owner.Card;
        }

        return 0;
    }

    /// <summary>Frees a transmit ring with the packets in it, also one that is only half there.</summary>
    public static void DestroyTransmit(Ring* ring)
    {
        for (uint i = 0; ring->Slots != null && i < ring->Count; i++)
            kfree(ring->Slots[i].Data);
        Destroy(ring);
    }

    /// <summary>Frees a receive ring with its pages, also one that is only half there.</summary>
    public static void DestroyReceive(Ring* ring)
    {
        for (uint i = 0; ring->Slots != null && i < ring->Count; i++)
        {
            if (ring->Slots[i].Data != null)
                free_page((nuint)ring->Slots[i].Data);
        }

        Destroy(ring);
    }

    private static void Destroy(Ring* ring)
    {
        kfree(ring->Slots);
        ring->Slots = null;
    }
}
