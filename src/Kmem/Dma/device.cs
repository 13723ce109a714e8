namespace Kmem;

/// <summary>A device that reads and writes memory by itself. Source: Documentation/DMA-API.txt.</summary>
public sealed class device
{
    /// <summary>Makes a device that reaches the first 4 GiB.</summary>
    /// <param name="name">Its name in reports.</param>
    public device(string name) => Name = name;

    /// <summary>Its name in reports.</summary>
    public string Name { get; }

    /// <summary>The highest address the device can put on the bus: 0xffffff reaches 16 MiB, 0xffffffff 4 GiB.</summary>
    public ulong coherent_dma_mask { get; set; } = uint.MaxValue;
}

/// <summary>An address as a device sees it on the bus.</summary>
/// <param name="Value">The address; here the physical one.</param>
public readonly record struct dma_addr_t(ulong Value);
