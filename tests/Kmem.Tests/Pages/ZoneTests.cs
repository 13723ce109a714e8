using Kmem.Pages;

namespace Kmem.Tests.PagesTests;

/// <summary>The book's tables of zones: where they lie, which serves which flags, and in which order requests fall back.</summary>
public unsafe class ZoneTests
{
    /// <summary>Marks memory of user processes; the book leaves it out.</summary>
    private const gfp_t HardWall = (gfp_t)(1u << 17);

    [Fact]
    public void X86_has_dma_normal_and_high_memory()
    {
        using TestMachine test = new(memory: 1024 * TestMachine.MiB);
        Assert.Equal(
            [("DMA", 0u, 16u * 256), ("Normal", 16u * 256, 896u * 256), ("HighMem", 896u * 256, 1024u * 256)],
            test.Machine.Pages.Zones.Select(zone => (zone.Name, zone.Start, zone.End)));
    }

    [Fact]
    public void X86_64_has_dma_dma32_and_normal()
    {
        using TestMachine test = new(memory: 5ul << 30, layout: MachineLayout.X86_64);
        Assert.Equal(
            [("DMA", 0u, 16u * 256), ("DMA32", 16u * 256, 4096u * 256), ("Normal", 4096u * 256, 5120u * 256)],
            test.Machine.Pages.Zones.Select(zone => (zone.Name, zone.Start, zone.End)));
    }

    [Theory]
    [InlineData(gfp_t.GFP_KERNEL, "Normal")]
    [InlineData(gfp_t.GFP_ATOMIC, "Normal")]
    [InlineData(gfp_t.GFP_KERNEL | gfp_t.GFP_DMA, "DMA")]
    [InlineData(gfp_t.GFP_USER, "Normal")]
    [InlineData(gfp_t.GFP_HIGHUSER, "HighMem")]
    [InlineData(gfp_t.GFP_KERNEL | gfp_t.GFP_DMA32, "DMA")]
    public void The_flags_choose_the_zone_on_x86(gfp_t flags, string zone)
    {
        using TestMachine test = new(memory: 1024 * TestMachine.MiB);
        Assert.Equal(zone, ZoneOfOne(test.Machine, flags));
    }

    [Theory]
    [InlineData(gfp_t.GFP_KERNEL, "Normal")]
    [InlineData(gfp_t.GFP_HIGHUSER, "Normal")]
    [InlineData(gfp_t.GFP_KERNEL | gfp_t.GFP_DMA32, "DMA32")]
    [InlineData(gfp_t.GFP_KERNEL | gfp_t.GFP_DMA, "DMA")]
    public void The_flags_choose_the_zone_on_x86_64(gfp_t flags, string zone)
    {
        using TestMachine test = new(memory: 5ul << 30, layout: MachineLayout.X86_64);
        Assert.Equal(zone, ZoneOfOne(test.Machine, flags));
    }

    [Theory]
    [InlineData(gfp_t.GFP_HIGHUSER, "HighMem Normal DMA")]
    [InlineData(gfp_t.GFP_KERNEL, "Normal DMA")]
    [InlineData(gfp_t.GFP_DMA, "DMA")]
    public void Requests_fall_back_to_scarcer_zones_only(gfp_t flags, string order)
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Assert.Equal(order, string.Join(' ', ZonesUntilEmpty(test.Machine, flags | gfp_t.__GFP_NOWARN)));
    }

    [Theory]
    [InlineData(gfp_t.GFP_NOWAIT, (gfp_t)0)]
    [InlineData(gfp_t.GFP_NOIO, gfp_t.__GFP_WAIT)]
    [InlineData(gfp_t.GFP_NOFS, gfp_t.__GFP_WAIT | gfp_t.__GFP_IO)]
    [InlineData(gfp_t.GFP_KERNEL, gfp_t.__GFP_WAIT | gfp_t.__GFP_IO | gfp_t.__GFP_FS)]
    [InlineData(gfp_t.GFP_ATOMIC, gfp_t.__GFP_HIGH)]
    [InlineData(gfp_t.GFP_USER, gfp_t.__GFP_WAIT | gfp_t.__GFP_IO | gfp_t.__GFP_FS | HardWall)]
    [InlineData(gfp_t.GFP_HIGHUSER, gfp_t.__GFP_WAIT | gfp_t.__GFP_IO | gfp_t.__GFP_FS | gfp_t.__GFP_HIGHMEM | HardWall)]
    [InlineData(gfp_t.GFP_DMA, gfp_t.__GFP_DMA)]
    [InlineData(gfp_t.GFP_DMA32, gfp_t.__GFP_DMA32)]
    public void A_type_flag_stands_for_its_modifiers(gfp_t type, gfp_t modifiers) => Assert.Equal(modifiers, type);

    /// <summary>1 GiB: 896 MiB of low memory give a reserve of the root of 16 times 917504 KiB, which the low zones share by size; low and high lie a quarter and a half above.</summary>
    [Theory]
    [InlineData("DMA", 17, 21, 25)]
    [InlineData("Normal", 939, 1173, 1408)]
    [InlineData("HighMem", 32, 40, 48)]
    public void Watermarks_follow_the_kernels_formulas(string zone, uint min, uint low, uint high)
    {
        using TestMachine test = new(memory: 1024 * TestMachine.MiB);
        Zone found = test.Machine.Pages.Zones.Single(other => other.Name == zone);
        Assert.Equal((min, low, high), (found.Min, found.Low, found.High));
    }

    /// <summary>A zone keeps a 256th of what ordinary requests find above it, and a 32nd of the high memory.</summary>
    [Fact]
    public void Lower_zones_keep_a_reserve_from_requests_that_start_higher()
    {
        using TestMachine test = new(memory: 1024 * TestMachine.MiB);
        Assert.Equal([0u, 0u, 880u * 256 / 256, (880u + 128) * 256 / 256], test.Machine.Pages.Zones[0].LowmemReserve);
        Assert.Equal([0u, 0u, 0u, 128u * 256 / 32], test.Machine.Pages.Zones[1].LowmemReserve);
    }

    [Fact]
    public void What_is_kept_in_a_lower_zone_is_there_for_its_own_requests()
    {
        using TestMachine test = new(memory: 64 * TestMachine.MiB);
        Machine machine = test.Machine;
        Zone dma = machine.Pages.Zones[0];
        test.Exhaust();
        Assert.InRange(dma.FreeFrames, dma.LowmemReserve[(int)ZoneKind.Normal], uint.MaxValue);
        Assert.True(machine.Pages.Allocate(machine.Block, gfp_t.GFP_NOWAIT | gfp_t.GFP_DMA, 0) != null);
    }

    [Fact]
    public void The_emergency_reserve_is_for_atomic_requests()
    {
        using TestMachine test = new(memory: 32 * TestMachine.MiB);
        Machine machine = test.Machine;
        test.Exhaust();
        Assert.True(machine.Pages.Allocate(machine.Block, gfp_t.GFP_NOWAIT | gfp_t.__GFP_NOWARN, 0) == null);
        Assert.True(machine.Pages.Allocate(machine.Block, gfp_t.GFP_ATOMIC, 0) != null);
    }

    [Fact]
    public void Half_of_the_reserve_is_never_given()
    {
        using TestMachine test = new(memory: 32 * TestMachine.MiB);
        Machine machine = test.Machine;
        test.Exhaust(gfp_t.GFP_ATOMIC);
        foreach (Zone zone in machine.Pages.Zones)
            Assert.True(zone.FreeFrames >= zone.Min - zone.Min / 2);
    }

    [Fact]
    public void A_failure_is_reported_with_zones_and_free_areas_unless_silenced()
    {
        using TestMachine test = new(memory: 16 * TestMachine.MiB);
        Machine machine = test.Machine;
        test.Exhaust();
        Assert.Equal("", test.Log);
        Assert.True(machine.Pages.Allocate(machine.Block, gfp_t.GFP_NOWAIT, 3) == null);
        Assert.Contains("page allocation failure. order:3, mode:0x0", test.Log);
        Assert.Contains("Node 0 DMA free:", test.Log);
    }

    [Fact]
    public void Nodes_are_tried_by_distance_and_thisnode_stays()
    {
        using TestMachine test = new(memory: 96 * TestMachine.MiB, nodes: 3);
        Machine machine = test.Machine;
        List<int> nodes = [];
        page* page;
        while ((page = machine.Pages.Allocate(machine.Block, gfp_t.GFP_NOWAIT | gfp_t.__GFP_NOWARN, 0, node: 2)) != null)
        {
            int node = machine.Pages.Zones[page->ZoneIndex].Node;
            if (!nodes.Contains(node))
                nodes.Add(node);
        }
        Assert.Equal([2, 1, 0], nodes);
        Assert.True(machine.Pages.Allocate(machine.Block, gfp_t.GFP_NOWAIT | gfp_t.__GFP_THISNODE | gfp_t.__GFP_NOWARN, 0, node: 2) == null);
    }

    private static string ZoneOfOne(Machine machine, gfp_t flags)
    {
        page* page = machine.Pages.Allocate(machine.Block, flags, 0);
        string zone = machine.Pages.Zones[page->ZoneIndex].Name;
        machine.Pages.Free(machine.Block, page, 0);
        return zone;
    }

    // In the order of first use: when all are down to the low watermark, the first serves again until the minimum.
    private static List<string> ZonesUntilEmpty(Machine machine, gfp_t flags)
    {
        List<string> zones = [];
        page* page;
        while ((page = machine.Pages.Allocate(machine.Block, flags & ~gfp_t.__GFP_WAIT, 0)) != null)
        {
            string zone = machine.Pages.Zones[page->ZoneIndex].Name;
            if (!zones.Contains(zone))
                zones.Add(zone);
        }
        return zones;
    }
}
