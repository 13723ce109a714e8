using System.Buffers.Binary;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

public unsafe class DeviceTests
{
    private static readonly DeviceRegion s_uart = Add(new DeviceRegion("uart", 0xfee00000, 4096));

    [Fact]
    public void Driver_and_device_see_the_same_registers()
    {
        byte* registers = (byte*)ioremap(s_uart.Base + 16, 64);
        writel(0xcafe, registers + 4);
        Assert.Equal(0xcafeu, BinaryPrimitives.ReadUInt32LittleEndian(current_machine.Devices.RegistersOf("uart")[20..]));
        current_machine.Devices.RegistersOf("uart")[16] = 7;
        Assert.Equal(7u, readl(registers));
        iounmap(registers);
        Assert.Throws<KernelBugException>(() => iounmap(registers));
        iounmap(null);
    }

    [Fact]
    public void Addresses_that_are_no_device_s_are_null_and_impossible_devices_are_refused()
    {
        Assert.True(ioremap(0xfee00000, 4097) == null);
        Assert.True(ioremap(0, 16) == null);
        Assert.Throws<ArgumentException>(() => current_machine.Devices.Add(new DeviceRegion("in memory", 4096, 64)));
        Assert.Throws<ArgumentException>(() => current_machine.Devices.Add(new DeviceRegion("overlap", 0xfee00800, 64)));
        Assert.Throws<ArgumentException>(() => current_machine.Devices.Add(new DeviceRegion("uart", 0xfff00000, 64)));
    }

    [Theory]
    [InlineData(0xffffffUL, 5000)]
    [InlineData(0x3ffffffUL, 4096)]
    [InlineData(0xffffffffUL, 4 << 20)]
    public void Coherent_memory_is_zeroed_contiguous_and_inside_the_mask(ulong mask, int size)
    {
        device dev = new("nic") { coherent_dma_mask = mask };
        void* p = dma_alloc_coherent(dev, (nuint)size, out dma_addr_t bus, GFP_KERNEL);
        Assert.True(bus.Value + (ulong)size - 1 <= mask);
        Assert.Equal(virt_to_phys(p), bus.Value);
        Assert.Equal((nuint)0, (nuint)p % PAGE_SIZE);
        Assert.False(new Span<byte>(p, size).ContainsAnyExcept((byte)0));
        Assert.Throws<KernelBugException>(() => dma_free_coherent(dev, (nuint)size + 1, p, bus));
        dma_free_coherent(dev, (nuint)size, p, bus);
        Assert.Throws<KernelBugException>(() => dma_free_coherent(dev, (nuint)size, p, bus));
    }

    [Fact]
    public void A_mask_that_reaches_no_memory_and_a_size_above_the_largest_block_are_null()
    {
        device dev = new("tiny") { coherent_dma_mask = 0xfff };
        Assert.True(dma_alloc_coherent(dev, 8192, out _, GFP_KERNEL) == null);
        Assert.True(dma_alloc_coherent(new device("large"), (4 << 20) + 1, out _, GFP_KERNEL) == null);
    }

    private static DeviceRegion Add(DeviceRegion region)
    {
        current_machine.Devices.Add(region);
        return region;
    }
}
