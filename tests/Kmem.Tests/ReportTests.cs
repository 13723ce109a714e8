using System.Globalization;
using System.Text.RegularExpressions;
using Kmem.Reports;
using static Kmem.gfp_t;

namespace Kmem.Tests;

/// <summary>The reports follow the rules of the files in /proc: the same patterns match both, where this machine has the file.</summary>
public unsafe partial class ReportTests
{
    [Fact]
    public void Buddyinfo_reads_as_the_real_file()
    {
        using TestMachine test = new(memory: 1024 * TestMachine.MiB);
        AssertLines(BuddyLine(), File.ReadAllText("/proc/buddyinfo"));
        string report = BuddyInfo.Describe(test.Machine.Pages.Zones);
        AssertLines(BuddyLine(), report);
        ulong frames = 0;
        foreach (string line in Lines(report))
            frames += line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4..].Select((count, order) => ulong.Parse(count, CultureInfo.InvariantCulture) << order).Aggregate((a, b) => a + b);
        Assert.Equal(1024 * TestMachine.MiB / 4096, frames);
    }

    [Fact]
    public void Zoneinfo_has_the_real_files_fields()
    {
        using TestMachine test = new();
        string report = ZoneInfo.Describe(test.Machine.Pages.Zones);
        foreach (string text in new[] { File.ReadAllText("/proc/zoneinfo"), report })
        {
            foreach (string pattern in new[] { @"^Node 0, zone +\w+$", @"^  pages free +\d+$", @"^        min +\d+$", @"^        low +\d+$", @"^        high +\d+$", @"^        spanned +\d+$", @"^        present +\d+$", @"^        managed +\d+$", @"^        protection: \(\d+(, \d+)*\)$", @"^  pagesets$", @"^    cpu: 0$", @"^              count: +\d+$", @"^              batch: +\d+$" })
                Assert.Matches(new Regex(pattern, RegexOptions.Multiline), text);
        }
    }

    [Fact]
    public void Slabinfo_reads_as_the_real_file_and_counts_what_users_hold()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        kmem_cache cache = machine.Slab.CreateCache("testslab", 120, 0, 0, null)!;
        Assert.Equal("0", Row(machine, "testslab")[1]);
        void* one = machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL), two = machine.Slab.Allocate(machine.Block, cache, GFP_KERNEL);
        Assert.Equal("2", Row(machine, "testslab")[1]);
        Assert.Equal("1", Row(machine, "testslab")[14]);
        machine.Slab.Free(machine.Block, cache, one);
        machine.Slab.Free(machine.Block, cache, two);
        Assert.Equal("0", Row(machine, "testslab")[1]);
        string report = SlabInfo.Describe(machine.Slab);
        Assert.StartsWith("slabinfo - version: 2.1\n# name            <active_objs> <num_objs>", report);
        AssertLines(SlabLine(), string.Join('\n', Lines(report).Skip(2)));
        if (TryRead("/proc/slabinfo") is { } real)
            AssertLines(SlabLine(), string.Join('\n', Lines(real).Skip(2)));
    }

    [Fact]
    public void A_name_with_blanks_is_one_column_of_slabinfo()
    {
        using TestMachine test = new();
        test.Machine.Slab.CreateCache("my own\ncache", 120, 0, 0, null);
        Assert.Equal("0", Row(test.Machine, "my_own_cache")[1]);
        AssertLines(SlabLine(), string.Join('\n', Lines(SlabInfo.Describe(test.Machine.Slab)).Skip(2)));
    }

    [Fact]
    public void Meminfo_has_no_part_above_the_whole_while_threads_are_at_work()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        List<string> reports = [];
        TestThreads.Run(
            4,
            _ =>
            {
                for (int i = 0; i < 80; i++)
                {
                    machine.Slab.Free(machine.Block, machine.Slab.Allocate(machine.Block, 131072, GFP_KERNEL));
                    machine.Vmalloc.Free(machine.Block, machine.Vmalloc.Allocate(machine.Block, 4_000_000, GFP_KERNEL));
                    machine.Reclaim();
                }
            },
            () => reports.Add(MemInfo.Describe(machine.Pages, machine.Slab, machine.Vmalloc, machine.PerCpu)));
        Assert.All(
            reports.SelectMany(Lines).Where(line => !line.StartsWith("VmallocTotal", StringComparison.Ordinal)),
            line => Assert.InRange(ulong.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture), 0ul, 64 * 1024ul));
    }

    [Fact]
    public void Vmallocinfo_lists_areas_with_their_guard_pages()
    {
        using TestMachine test = new();
        Machine machine = test.Machine;
        void* area = machine.Vmalloc.Allocate(machine.Block, 10000, GFP_KERNEL);
        string report = VmallocInfo.Describe(machine.Vmalloc);
        AssertLines(VmallocLine(), report);
        Assert.Contains($"0x{(nuint)area:x16}-0x{(nuint)area + 16384:x16}   16384 pages=3 vmalloc", report);
        if (TryRead("/proc/vmallocinfo") is { Length: > 0 } real)
            AssertLines(VmallocLine(), real);
    }

    [Fact]
    public void Meminfo_reads_as_the_real_file_and_its_parts_are_the_whole()
    {
        using TestMachine test = new(memory: 928 * TestMachine.MiB);
        Machine machine = test.Machine;
        for (int i = 0; i < 500; i++)
        {
            machine.Slab.Allocate(machine.Block, (nuint)(i * 100), GFP_KERNEL);
            machine.Pages.Allocate(machine.Block, GFP_HIGHUSER, (uint)i % 4);
        }
        machine.Vmalloc.Allocate(machine.Block, 300000, GFP_KERNEL);
        machine.PerCpu.Allocate(machine.Block, 100, 0);
        string report = machine.DescribeMemory();
        AssertLines(MemLine(), report);
        AssertLines(MemLine(), File.ReadAllText("/proc/meminfo"));
        Dictionary<string, ulong> fields = Lines(report).Select(line => line.Split(':')).ToDictionary(parts => parts[0], parts => ulong.Parse(parts[1].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture));
        Assert.Equal(928u * 1024, fields["MemTotal"]);
        Assert.Equal(fields["MemTotal"], fields["MemFree"] + fields["PcpFree"] + fields["Slab"] + fields["VmallocUsed"] + fields["Percpu"] + fields["DirectPages"]);
        Assert.Equal(fields["Slab"], fields["SReclaimable"] + fields["SUnreclaim"]);
        Assert.Equal(32u * 1024, fields["HighTotal"]);
        Assert.Equal(125u * (1 + 2 + 4 + 8) * 4, fields["DirectPages"]);
    }

    [Fact]
    public void The_face_gives_all_reports()
    {
        Assert.StartsWith("slabinfo", Kernel.slabinfo());
        Assert.Contains("HighMem", Kernel.buddyinfo());
        Assert.Contains("pagesets", Kernel.zoneinfo());
        Assert.Contains("MemTotal", Kernel.meminfo());
        void* area = Kernel.vmalloc(10);
        Assert.Contains($"0x{(nuint)area:x16}", Kernel.vmallocinfo());
        Kernel.vfree(area);
        Assert.Equal("", Kernel.kmemleak());
    }

    private static string[] Row(Machine machine, string cache) =>
        Lines(SlabInfo.Describe(machine.Slab)).Single(line => line.StartsWith(cache + " ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static void AssertLines(Regex pattern, string text)
    {
        Assert.NotEmpty(Lines(text));
        Assert.All(Lines(text), line => Assert.Matches(pattern, line));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string? TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^Node \d+, zone +\w+( +\d+){11} *$")]
    private static partial Regex BuddyLine();

    [GeneratedRegex(@"^\S+ +\d+ +\d+ +\d+ +\d+ +\d+ : tunables +\d+ +\d+ +\d+ : slabdata +\d+ +\d+ +\d+$")]
    private static partial Regex SlabLine();

    [GeneratedRegex(@"^0x[0-9a-f]{16}-0x[0-9a-f]{16} +\d+( .*)?$")]
    private static partial Regex VmallocLine();

    [GeneratedRegex(@"^[\w()]+: +\d+( kB)?$")]
    private static partial Regex MemLine();
}
