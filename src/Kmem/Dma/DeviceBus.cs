using System.Diagnostics.CodeAnalysis;
using Kmem.Execution;
using Kmem.Physical;

namespace Kmem.Dma;

/// <summary>
/// The devices of a machine: their registers, at physical addresses where there is no memory. A driver reaches them through ioremap; whoever plays the
/// device, a test or a sample, through <see cref="RegistersOf"/>.
/// </summary>
public sealed unsafe class DeviceBus
{
    private readonly PhysicalMemory _memory;
    private RawSpinLock _lock;
    private readonly List<RegisteredDevice> _devices = [];
    private readonly Dictionary<nuint, int> _mappings = [];

    internal DeviceBus(PhysicalMemory memory) => _memory = memory;

    /// <summary>Adds a device; its registers read as zero.</summary>
    /// <param name="region">Where its registers are.</param>
    /// <exception cref="ArgumentException">The region is empty or above 2 GiB, overlaps memory or another device, or the name is taken.</exception>
    public void Add(DeviceRegion region)
    {
        using (_lock.Hold())
        {
            if (region.Size is 0 or > int.MaxValue || region.Base < _memory.Bytes || region.Base + region.Size < region.Base)
                throw new ArgumentException($"Kmem: device `{region.Name}' at {region.Base:x} with {region.Size} bytes: its registers lie outside memory, from {_memory.Bytes:x} on, and take at most 2 GiB; choose such a region.", nameof(region));
            if (_devices.Find(other => other.Region.Name == region.Name || (region.Base < other.Region.Base + other.Region.Size && other.Region.Base < region.Base + region.Size)) is { } taken)
                throw new ArgumentException($"Kmem: device `{region.Name}' has the name or the addresses of `{taken.Region.Name}' at {taken.Region.Base:x}.", nameof(region));
            _devices.Add(new RegisteredDevice(region, (nint)_memory.Host.AllocateTable(region.Size)));
        }
    }

    /// <summary>The registers from the device's side; good until the machine is disposed.</summary>
    /// <param name="name">The name of the device's region.</param>
    /// <exception cref="KeyNotFoundException">There is no such device.</exception>
    public Span<byte> RegistersOf(string name)
    {
        using (_lock.Hold())
        {
            RegisteredDevice device = _devices.Find(device => device.Region.Name == name) ?? throw new KeyNotFoundException($"Kmem: the machine has no device `{name}'.");
            return new Span<byte>((void*)device.Registers, (int)device.Region.Size);
        }
    }

    /// <summary>An address for registers; null if they are no device's as a whole.</summary>
    internal void* Map(ulong physical, nuint size)
    {
        using (_lock.Hold())
        {
            RegisteredDevice? device = _devices.Find(device => device.Contains(physical, size));
            if (device == null)
                return null;
            nuint address = (nuint)device.Registers + (nuint)(physical - device.Region.Base);
            _mappings[address] = _mappings.GetValueOrDefault(address) + 1;
            return (void*)address;
        }
    }

    /// <summary>Ends a <see cref="Map"/>; null is nothing.</summary>
    internal void Unmap(void* address)
    {
        if (address == null)
            return;
        using (_lock.Hold())
        {
            if (!_mappings.TryGetValue((nuint)address, out int count))
                ThrowUnmapped(address);
            if (count == 1)
                _mappings.Remove((nuint)address);
            else
                _mappings[(nuint)address] = count - 1;
        }
    }

    internal void Release()
    {
        foreach (RegisteredDevice device in _devices)
            _memory.Host.FreeTable((void*)device.Registers, device.Region.Size);
        _devices.Clear();
    }

    [DoesNotReturn]
    private static void ThrowUnmapped(void* address) =>
        throw new KernelBugException($"BUG: iounmap: bad address {(nuint)address:x}: it is not from ioremap, or was unmapped already.");

    private sealed record RegisteredDevice(DeviceRegion Region, nint Registers)
    {
        public bool Contains(ulong physical, nuint size) =>
            size != 0 && size <= Region.Size && physical >= Region.Base && physical - Region.Base <= Region.Size - size;
    }
}
