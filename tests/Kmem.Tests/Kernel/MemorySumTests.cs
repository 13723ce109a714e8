using System.Globalization;
using static Kmem.gfp_t;
using static Kmem.Kernel;

namespace Kmem.Tests.KernelTests;

/// <summary>The reports of the process-wide machine, with all that its threads keep ready, add up to the memory there is. Alone, because other tests move memory about.</summary>
[Collection(nameof(ResidentMemoryTests))]
public unsafe class MemorySumTests
{
    [Fact]
    public void The_parts_of_meminfo_are_the_whole_while_memory_is_held_and_after()
    {
        AssertSums();
        void* bytes = kmalloc(5000, GFP_KERNEL), area = vmalloc(100000), perCpu = __alloc_percpu(500, 0);
        page* single = alloc_page(GFP_KERNEL), ready = alloc_page(GFP_KERNEL), block = alloc_pages(GFP_KERNEL, 3), high = alloc_page(GFP_HIGHUSER);
        __free_page(ready);
        AssertSums();
        kfree(bytes);
        vfree(area);
        free_percpu(perCpu);
        __free_page(single);
        __free_pages(block, 3);
        __free_page(high);
        AssertSums();
        current_machine.Reclaim();
        AssertSums();
    }

    private static void AssertSums()
    {
        Dictionary<string, ulong> fields = Fields();
        Assert.Equal(current_machine.TotalBytes / 1024, fields["MemTotal"]);
        Assert.Equal(fields["MemTotal"], fields["MemFree"] + fields["PcpFree"] + fields["Slab"] + fields["VmallocUsed"] + fields["Percpu"] + fields["DirectPages"]);
        Assert.Equal(fields["MemFree"], FreeOf(buddyinfo()));
        Assert.Equal(fields["LowFree"] + fields["HighFree"], fields["MemFree"]);
        Assert.Equal(fields["LowTotal"] + fields["HighTotal"], fields["MemTotal"]);
    }

    private static ulong FreeOf(string buddyinfo) =>
        buddyinfo.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4..].Select((count, order) => ulong.Parse(count, CultureInfo.InvariantCulture) << order))
            .Aggregate(0ul, (sum, pages) => sum + pages * 4);

    private static Dictionary<string, ulong> Fields() =>
        meminfo().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split([':', ' '], StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(words => words[0], words => ulong.Parse(words[1], CultureInfo.InvariantCulture));
}
