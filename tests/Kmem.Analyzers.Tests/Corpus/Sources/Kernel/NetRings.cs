using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;
using static Kmem.gfp_t;

namespace Drivers.Net;

internal enum SlotState { Free, Device, Done }

internal unsafe struct Descriptor
{
    public ulong Address;
    public uint Length;
    public uint Status;
}

internal unsafe struct Slot
{
    public Frame* Frame;
    public SlotState State;
}

/// <summary>A packet with its bytes behind the header.</summary>
internal unsafe struct Frame
{
    public Frame* Next;
    public uint Length;
    public uint Capacity;

    public static byte* Bytes(Frame* frame) => (byte*)(frame + 1);
}

internal unsafe struct FrameQueue
{
    public Frame* First;
    public Frame* Last;
    public int Count;

    public void Append(Frame* frame)
    {
        frame->Next = null;
        if (Last == null)
            First = frame;
        else
            Last->Next = frame;
        Last = frame;
        Count++;
    }

    public Frame* Take()
    {
        Frame* frame = First;
        if (frame == null)
            return null;
        First = frame->Next;
        if (First == null)
            Last = null;
        frame->Next = null;
        Count--;
        return frame;
    }
}

internal unsafe struct Ring
{
    public Descriptor* Descriptors;
    public dma_addr_t Handle;
    public Slot* Slots;
    public uint Size;
    public uint Head;
    public uint Tail;

    public readonly uint Used => Head - Tail;

    public readonly bool IsFull => Used == Size;

    public readonly Slot* SlotAt(uint index) => Slots + index % Size;

    public readonly Descriptor* DescriptorAt(uint index) => Descriptors + index % Size;
}

/// <summary>Memory of the rings: descriptors the card reads, and the frames they point to.</summary>
internal static unsafe class Rings
{
    public static int Allocate(device dev, ref Ring ring, uint size)
    {
        ring = default;
        ring.Slots = (Slot*)kcalloc(size, (nuint)sizeof(Slot), GFP_KERNEL);
        if (ring.Slots == null)
            return -ENOMEM;
        ring.Descriptors = (Descriptor*)dma_alloc_coherent(dev, size * (nuint)sizeof(Descriptor), out ring.Handle, GFP_KERNEL);
        if (ring.Descriptors == null)
        {
            kfree(ring.Slots);
            ring.Slots = null;
            return -ENOMEM;
        }

        ring.Size = size;
        return 0;
    }

    public static void Release(device dev, ref Ring ring)
    {
        if (ring.Slots == null)
            return;
        for (uint i = 0; i < ring.Size; i++)
        {
            Slot* slot = &ring.Slots[i];
            kfree(slot->Frame);
            slot->Frame = null;
        }

        dma_free_coherent(dev, ring.Size * (nuint)sizeof(Descriptor), ring.Descriptors, ring.Handle);
        kfree(ring.Slots);
        ring = default;
    }

    /// <summary>Gives every slot a frame to receive into; all or none.</summary>
    public static int Fill(ref Ring ring, uint capacity)
    {
        uint filled;
        for (filled = 0; filled < ring.Size; filled++)
        {
            Frame* frame = NewFrame(capacity, GFP_KERNEL);
            if (frame == null)
                goto unwind;
            Post(ref ring, filled, frame);
        }

        ring.Head = filled;
        return 0;

    unwind:
        while (filled-- > 0)
        {
            Slot* slot = ring.SlotAt(filled);
            kfree(slot->Frame);
            slot->Frame = null;
            slot->State = SlotState.Free;
        }

        return -ENOMEM;
    }

    /// <summary>Replaces a received frame by an empty one; without memory the old one is used again and the packet is lost.</summary>
    public static Frame* Exchange(ref Ring ring, uint index, [GfpFlags] gfp_t flags)
    {
        Slot* slot = ring.SlotAt(index);
        Frame* full = slot->Frame;
        Frame* empty = NewFrame(full->Capacity, flags | __GFP_NOWARN);
        if (empty == null)
        {
            Post(ref ring, index, full);
            return null;
        }

        full->Length = ring.DescriptorAt(index)->Length;
        Post(ref ring, index, empty);
        return full;
    }

    public static Frame* NewFrame(uint capacity, [GfpFlags] gfp_t flags)
    {
        if (capacity > KMALLOC_MAX_SIZE - sizeof(Frame))
            return null;
        Frame* frame = (Frame*)kmalloc((nuint)sizeof(Frame) + capacity, flags);
        if (frame == null)
            return null;
        frame->Next = null;
        frame->Length = 0;
        frame->Capacity = capacity;
        return frame;
    }

    public static void FreeAll(ref FrameQueue queue)
    {
        for (Frame* frame = queue.Take(); frame != null; frame = queue.Take())
            kfree(frame);
    }

    private static void Post(ref Ring ring, uint index, Frame* frame)
    {
        Slot* slot = ring.SlotAt(index);
        Descriptor* descriptor = ring.DescriptorAt(index);
        slot->Frame = frame;
        slot->State = SlotState.Device;
        descriptor->Address = virt_to_phys(Frame.Bytes(frame));
        descriptor->Length = frame->Capacity;
        descriptor->Status = 0;
    }
}
