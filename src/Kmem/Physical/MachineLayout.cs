namespace Kmem;

/// <summary>Which zones physical memory is divided into. Source: Linux Kernel Development, 3rd ed., ch. 12, "Zones".</summary>
public enum MachineLayout
{
    /// <summary>ZONE_DMA below 16 MiB, ZONE_NORMAL to 896 MiB, ZONE_HIGHMEM above: memory the kernel has no permanent address for.</summary>
    X86,

    /// <summary>ZONE_DMA below 16 MiB, ZONE_DMA32 below 4 GiB, ZONE_NORMAL above; no high memory.</summary>
    X86_64,
}
