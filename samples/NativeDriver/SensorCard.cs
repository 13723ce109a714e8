using Kmem;
using static Kmem.Kernel;

namespace NativeDriver;

/// <summary>The hardware, played by this program: a card that writes samples into a buffer in memory and then raises its interrupt.</summary>
internal static unsafe class SensorCard
{
    public const ulong Registers = 0xfe00_0000;
    public const nuint RegisterBytes = 4096;
    public const uint InterruptLine = 11;

    /// <summary>Register: where in memory the card writes.</summary>
    public const int BufferRegister = 0;

    /// <summary>Register: how many samples are in the buffer.</summary>
    public const int CountRegister = 4;

    private const string Name = "sensor";

    public static DeviceRegion Region => new(Name, Registers, RegisterBytes);

    /// <summary>Measures: writes the samples where the driver said, and raises the interrupt.</summary>
    /// <param name="memory">The memory behind the bus address the driver wrote: this card has no bus of its own.</param>
    /// <param name="samples">What it measured.</param>
    public static void Measure(uint* memory, ReadOnlySpan<uint> samples)
    {
        samples.CopyTo(new Span<uint>(memory, samples.Length));
        BitConverter.TryWriteBytes(current_machine.Devices.RegistersOf(Name)[CountRegister..], samples.Length);
        generic_handle_irq(InterruptLine);
    }
}
