using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>Sizes whose sums overflow are as impossible as they look.</summary>
public unsafe class HugeSizeTests
{
    private static int s_devices;

    public static TheoryData<nuint> Sizes => [nuint.MaxValue, nuint.MaxValue - 62, nuint.MaxValue - 4095, nuint.MaxValue / 2, (nuint)1 << 45];

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Allocators_give_null(nuint size)
    {
        Assert.True(kmalloc(size, GFP_KERNEL) == null);
        Assert.True(kzalloc(size, GFP_KERNEL) == null);
        Assert.True(vmalloc(size) == null);
        Assert.True(vzalloc(size) == null);
        Assert.True(kvmalloc(size, GFP_KERNEL) == null);
        Assert.True(__alloc_percpu(size, 0) == null);
        Assert.True(dma_alloc_coherent(new device("huge"), size, out _, GFP_KERNEL) == null);
        Assert.Equal(0, BulkOf(size));
        Assert.Null(kmem_cache_create("huge", size, 0, 0, null));
        Assert.Null(kmem_cache_create("huge alignment", 64, size, 0, null));
    }

    private static int BulkOf(nuint count)
    {
        kmem_cache cache = kmem_cache_create("many at once", 64, 0, slab_flags_t.SLAB_PANIC, null)!;
        try
        {
            return kmem_cache_alloc_bulk(cache, GFP_KERNEL, count, null);
        }
        finally
        {
            Assert.Equal(0, kmem_cache_destroy(cache));
        }
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Registers_are_mapped_only_as_far_as_the_device_reaches(nuint size)
    {
        DeviceRegion region = new($"huge {size}", 0xc000_0000_0000 + (ulong)Interlocked.Increment(ref s_devices) * 4096, 4096);
        current_machine.Devices.Add(region);
        Assert.True(ioremap(region.Base, size) == null);
        Assert.True(ioremap(region.Base + 16, 4096 - 15) == null);
        void* registers = ioremap(region.Base + 16, 4096 - 16);
        Assert.True(registers != null);
        iounmap(registers);
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void Boot_memory_has_an_end(nuint size)
    {
        using TestMachine test = new(onBoot: () =>
        {
            Assert.Throws<InsufficientMemoryException>(() => alloc_bootmem(size) == null);
            void* p = alloc_bootmem(8192);
            nint address = (nint)p;
            Assert.Throws<KernelBugException>(() => free_bootmem((void*)address, size));
            free_bootmem(p, 8192);
        });
        Assert.Equal(test.Machine.TotalBytes, test.Machine.FreeBytes);
    }

    [Fact]
    public void More_pages_than_there_are_addresses_are_not_mapped()
    {
        page* page = alloc_page(GFP_KERNEL);
        Assert.True(vmap(&page, uint.MaxValue) == null);
        Assert.True(current_machine.IsValid());
        __free_page(page);
    }
}
