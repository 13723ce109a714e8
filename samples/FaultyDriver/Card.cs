namespace RingDriver;

/// <summary>
/// The card, looped back to itself: what it sends it receives. It stands for a vendor's library, which knows no attributes, so
/// Card.KmemContracts.txt speaks for it.
/// </summary>
internal static unsafe class Card
{
    /// <summary>The card moves what it was given to send into the receive ring, and raises an interrupt.</summary>
    public static void Kick(Device* dev)
    {
        while (dev->Transmit.At(dev->Transmit.Tail)->Owner == Owner.Card)
        {
            Slot* sent = dev->Transmit.At(dev->Transmit.Tail++);
            Store(dev, sent);
            sent->Owner = Owner.Driver;
        }
    }

    /// <summary>Asks the card for its address.</summary>
    public static uint ReadAddress() => 0x5254_0001;

    /// <summary>Moves bytes to a place that the card reads.</summary>
    public static void Write(byte* window, byte* data, uint length) => new ReadOnlySpan<byte>(data, (int)length).CopyTo(new Span<byte>(window, (int)length));

    /// <summary>Reads the card's program; a looped card has none, so it is all zero.</summary>
    public static void ReadBack(byte* image, nuint length) => new Span<byte>(image, (int)length).Clear();

    /// <summary>Reads where a part of the card's program is; 0 while the card is busy.</summary>
    public static uint ReadTarget(uint section) => 0x1000 * (section + 1);

    private static void Store(Device* dev, Slot* sent)
    {
        Slot* free = dev->Receive.At(dev->Receive.Head);
        if (free->Owner == Owner.Driver)
        {
            dev->Overruns++;
            return;
        }

        new ReadOnlySpan<byte>(sent->Data, (int)sent->Length).CopyTo(new Span<byte>(free->Data, (int)sent->Length));
        free->Length = sent->Length;
        free->Owner = Owner.Driver;
        dev->Receive.Head++;
    }
}
