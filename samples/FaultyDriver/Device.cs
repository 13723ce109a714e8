using Kmem;

namespace RingDriver;

/// <summary>Who may touch a slot of a ring.</summary>
internal enum Owner
{
    Driver,
    Card,
}

/// <summary>One packet's place in a ring, shared with the card.</summary>
internal unsafe struct Slot
{
    public byte* Data;
    public uint Length;
    public Owner Owner;
}

/// <summary>Slots that driver and card use in turn. Head and tail only grow; the slot is the number modulo <see cref="Count"/>.</summary>
internal unsafe struct Ring
{
    public Slot* Slots;
    public uint Count;
    public uint Head;
    public uint Tail;

    public readonly Slot* At(uint number) => Slots + number % Count;
}

/// <summary>A packet that has arrived and waits for its reader.</summary>
internal unsafe struct Packet
{
    public Packet* Next;
    public uint Length;

    public static byte* Bytes(Packet* packet) => (byte*)(packet + 1);
}

/// <summary>What the driver knows about one card.</summary>
internal unsafe struct Device
{
    public spinlock_t Lock;
    public Ring Transmit;
    public Ring Receive;
    public Packet* First;
    public Packet* Last;
    public uint Overruns;
    public uint Lost;
}
