namespace Kmem;

#pragma warning disable CS1591 // The slots have no meaning beyond their names: each user of kmap_atomic has one of its own on each CPU.
/// <summary>
/// The slots of temporary mappings, one set a CPU. Code that can interrupt other code uses another slot.
/// Source: Linux Kernel Development, 3rd ed., ch. 12, "Temporary Mappings"; asm/kmap_types.h.
/// </summary>
public enum km_type
{
    KM_BOUNCE_READ,
    KM_SKB_SUNRPC_DATA,
    KM_SKB_DATA_SOFTIRQ,
    KM_USER0,
    KM_USER1,
    KM_BIO_SRC_IRQ,
    KM_BIO_DST_IRQ,
    KM_PTE0,
    KM_PTE1,
    KM_PTE2,
    KM_IRQ0,
    KM_IRQ1,
    KM_SOFTIRQ0,
    KM_SOFTIRQ1,
    KM_SYNC_ICACHE,
    KM_SYNC_DCACHE,
    KM_UML_USERCOPY,
    KM_IRQ_PTE,
    KM_NMI,
    KM_NMI_PTE,
    KM_TYPE_NR,
}
