namespace Kmem;

/// <summary>Registers of a device at a physical address outside memory: what ioremap maps.</summary>
/// <param name="Name">Name in reports.</param>
/// <param name="Base">First physical address.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct DeviceRegion(string Name, ulong Base, nuint Size);
