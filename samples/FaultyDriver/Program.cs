using System.Text;
using Kmem;
using static Kmem.Kernel;

namespace RingDriver;

/// <summary>Loads the driver, sends packets round the looped card, and unloads it.</summary>
internal static unsafe class Program
{
    // The card receives four packets between two interrupts: the last burst loses two.
    private static readonly int[] s_bursts = [3, 4, 6];

    private static int Main()
    {
        Boot(new MachineOptions { Debug = MachineDebug.AtomicSleep, Log = Console.WriteLine });
        Device* dev = Driver.Probe();
        if (dev == null)
            return 1;
        uint sent = 0, received = 0;
        foreach (int burst in s_bursts)
        {
            sent += SendBurst(dev, burst);
            RaiseInterrupt(dev);
            received += Drain(dev);
        }

        printk($"ring: {sent} packets sent, {received} received, {dev->Lost} lost");
        bool balanced = sent == received + dev->Lost;
        int status = Statistics.Print();
        Statistics.Free();
        Driver.Remove(dev);
        return balanced && status == 0 ? 0 : 1;
    }

    private static uint SendBurst(Device* dev, int count)
    {
        uint sent = 0;
        for (int i = 0; i < count; i++)
        {
            byte[] packet = Encoding.UTF8.GetBytes($"packet {i} of {count}");
            if (Driver.Send(dev, packet) != 0)
                continue;
            Statistics.Count(packet.Length);
            sent++;
        }

        return sent;
    }

    private static void RaiseInterrupt(Device* dev)
    {
        local_irq_save(out nuint flags);
        Interrupts.Handle(dev);
        local_irq_restore(flags);
    }

    private static uint Drain(Device* dev)
    {
        uint count = 0;
        for (Packet* packet = Driver.Receive(dev); packet != null; packet = Driver.Receive(dev))
        {
            printk($"ring: received \"{Encoding.UTF8.GetString(Packet.Bytes(packet), (int)packet->Length)}\"");
            kfree(packet);
            count++;
        }

        return count;
    }
}
