using System.Text;
using Kmem;
using Kmem.Annotations;
using static Kmem.Kernel;

namespace RingDriver;

/// <summary>Writes to the log what the driver is doing.</summary>
internal static unsafe class Trace
{
    /// <summary>Writes a packet's bytes. May be called in any context.</summary>
    public static void Dump(Packet* packet)
    {
        byte* line = stackalloc byte[2048];
        int length = 0;
        for (uint i = 0; i < packet->Length && length < 2046; i++)
        {
            line[length++] = Digit((uint)Packet.Bytes(packet)[i] >> 4);
            line[length++] = Digit(Packet.Bytes(packet)[i] & 15u);
        }

        printk(Encoding.ASCII.GetString(line, length));
    }

    /// <summary>Writes as many stars as packets were lost.</summary>
    public static void Stars(Device* dev)
    {
        uint count = dev->Lost;
        byte* stars = stackalloc byte[(int)count];
        new Span<byte>(stars, (int)count).Fill((byte)'*');
        printk(Encoding.ASCII.GetString(stars, (int)count));
    }

    /// <summary>Writes the packets that wait. The card's watchdog calls it.</summary>
    [AtomicContext(AtomicKind.SoftIrq)]
    public static void Watch(Device* dev) => Print(dev->First);

    private static void Print(Packet* packet)
    {
        if (packet == null)
            return;
        Print(packet->Next);
        printk($"ring: {packet->Length} bytes wait");
    }

    private static byte Digit(uint value) => (byte)(value < 10 ? '0' + value : 'a' + value - 10);
}
