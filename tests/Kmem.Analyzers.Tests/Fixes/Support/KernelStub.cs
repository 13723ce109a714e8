namespace Kmem.Analyzers.Tests.Fixes.Support;

/// <summary>As much of the kernel's face as the fixes' test code calls.</summary>
internal static class KernelStub
{
    public const string Code = """
        #nullable enable
        using System.Diagnostics.CodeAnalysis;
        using Kmem.Annotations;

        namespace Kmem;

        [System.Flags]
        public enum gfp_t : uint
        {
            __GFP_DMA = 1u << 0, __GFP_HIGHMEM = 1u << 1, __GFP_WAIT = 1u << 4, __GFP_HIGH = 1u << 5, __GFP_IO = 1u << 6, __GFP_FS = 1u << 7,
            __GFP_NOWARN = 1u << 9, __GFP_ZERO = 1u << 15,
            GFP_NOWAIT = 0, GFP_ATOMIC = __GFP_HIGH, GFP_NOIO = __GFP_WAIT, GFP_NOFS = __GFP_WAIT | __GFP_IO,
            GFP_KERNEL = __GFP_WAIT | __GFP_IO | __GFP_FS, GFP_USER = GFP_KERNEL | 1u << 17, GFP_HIGHUSER = GFP_USER | __GFP_HIGHMEM, GFP_DMA = __GFP_DMA,
        }

        public enum km_type { KM_USER0, KM_USER1 }

        public struct page { }
        public struct spinlock_t { }
        public sealed class kmem_cache { }
        public sealed class PerCpu<T> where T : unmanaged { }

        public static unsafe class Kernel
        {
            public const int ENOMEM = 12, EINVAL = 22;

            [return: Allocates("kmalloc")] public static void* kmalloc([AllocationSize(Max = 128 * 1024)] nuint size, [GfpFlags] gfp_t flags) => throw null!;
            [return: Allocates("kmalloc", Zeroed = true)] public static void* kzalloc(nuint size, [GfpFlags] gfp_t flags) => throw null!;
            [NeverSleeps] public static void kfree([Frees("kmalloc")] void* p) { }
            [return: Allocates("pages")] public static nuint __get_free_page([GfpFlags] gfp_t gfp_mask) => throw null!;
            [NeverSleeps] public static void free_page([Frees("pages")] nuint addr) { }
            [MightSleep] [return: Allocates("kmem_cache")] public static kmem_cache? kmem_cache_create(string name, nuint size) => throw null!;
            [MightSleep] public static int kmem_cache_destroy([Frees("kmem_cache")] kmem_cache? cachep) => throw null!;
            [return: Allocates("slab")] public static void* kmem_cache_alloc([Pool] kmem_cache cachep, [GfpFlags] gfp_t flags) => throw null!;
            [NeverSleeps] public static void kmem_cache_free([Pool] kmem_cache cachep, [Frees("slab"), DisallowNull] void* objp) { }
            [MightSleep] [return: Allocates("vmalloc")] public static void* vmalloc(nuint size) => throw null!;
            [MightSleep] [return: Allocates("vmalloc", Zeroed = true)] public static void* vzalloc(nuint size) => throw null!;
            [MightSleep] public static void vfree([Frees("vmalloc")] void* addr) { }
            [NeverSleeps] public static void vfree_atomic([Frees("vmalloc")] void* addr) { }
            [MightSleep] public static void* kmap([Maps("kmap")] page* page) => throw null!;
            [MightSleep] public static void kunmap([Unmaps("kmap")] page* page) { }
            [EntersAtomic("kmap_atomic")] public static void* kmap_atomic(page* page, km_type type) => throw null!;
            [LeavesAtomic("kmap_atomic")] public static void kunmap_atomic(void* kvaddr, km_type type) { }
            [MightSleep] public static void msleep(uint msecs) { }
            [NeverSleeps] public static void udelay(uint usecs) { }
            [MightSleep] public static void schedule() { }

            public static ref T get_cpu_var<T>([EntersAtomic("percpu")] PerCpu<T> var) where T : unmanaged => throw null!;
            public static void put_cpu_var<T>([LeavesAtomic("percpu")] PerCpu<T> var) where T : unmanaged { }
            public static void spin_lock([AcquiresSpinlock] ref spinlock_t l) { }
            public static void spin_unlock([ReleasesSpinlock] ref spinlock_t l) { }
            public static void spin_lock_irqsave([AcquiresSpinlock] ref spinlock_t l, out nuint flags) => throw null!;
            public static void spin_unlock_irqrestore([ReleasesSpinlock] ref spinlock_t l, nuint flags) { }
            public static void preempt_disable() { }
            [NeverSleeps] public static void printk(string message) { }
        }
        """;
}
