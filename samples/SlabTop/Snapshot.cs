using System.Globalization;
using static Kmem.Kernel;

namespace SlabTop;

/// <summary>A line of slabinfo.</summary>
internal sealed record CacheLine(string Name, long Active, long Objects, long ObjectBytes, long Slabs, long PagesPerSlab)
{
    public long Bytes => Slabs * PagesPerSlab * PAGE_SIZE;
}

/// <summary>A zone, from its lines in buddyinfo and zoneinfo; all but the name in pages, <paramref name="FreeBlocks"/> in blocks by order.</summary>
internal sealed record ZoneLines(string Name, long[] FreeBlocks, long Free, long Min, long Low, long High, long Present);

/// <summary>The machine at one moment, read from the text of its reports, as a program reads the files in /proc.</summary>
internal sealed record Snapshot(IReadOnlyList<CacheLine> Caches, IReadOnlyList<ZoneLines> Zones, IReadOnlyDictionary<string, long> Memory)
{
    public static Snapshot Take() => new(ReadCaches(slabinfo()), ReadZones(buddyinfo(), zoneinfo()), ReadMemory(meminfo()));

    private static List<CacheLine> ReadCaches(string text)
    {
        List<CacheLine> caches = [];
        foreach (string line in Lines(text).Skip(2))
        {
            string[] words = Words(line);
            caches.Add(new CacheLine(words[0], Number(words[1]), Number(words[2]), Number(words[3]), Number(words[14]), Number(words[5])));
        }

        return caches;
    }

    private static List<ZoneLines> ReadZones(string buddyinfo, string zoneinfo)
    {
        List<ZoneLines> zones = [];
        string[] details = zoneinfo.Split("Node ", StringSplitOptions.RemoveEmptyEntries);
        string[] blocks = Lines(buddyinfo);
        for (int i = 0; i < blocks.Length; i++)
        {
            string[] words = Words(blocks[i]);
            zones.Add(new ZoneLines(words[3], [.. words[4..].Select(Number)], Field(details[i], "free"), Field(details[i], "min"), Field(details[i], "low"), Field(details[i], "high"), Field(details[i], "present")));
        }

        return zones;
    }

    private static Dictionary<string, long> ReadMemory(string text) =>
        Lines(text).Select(Words).ToDictionary(words => words[0].TrimEnd(':'), words => Number(words[1]) * 1024);

    private static long Field(string zone, string name) =>
        Number(Lines(zone).Select(Words).First(words => words.Contains(name))[^1]);

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static long Number(string word) => long.Parse(word, CultureInfo.InvariantCulture);
}
