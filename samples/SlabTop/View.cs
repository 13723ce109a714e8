using System.Globalization;
using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SlabTop;

/// <summary>Draws a snapshot: zones with their watermarks, the free memory by the size of its blocks, and the caches that take most memory.</summary>
internal sealed class View(int width, int height)
{
    private const int LeastCells = 10, MostCells = 48, ColumnsBesideBars = 82;
    private const int LinesBesideCaches = 11;
    private const int LeastCaches = 5;
    private const int PageKiB = 4;

    /// <summary>How many times the high watermark a full gauge is.</summary>
    private const int GaugeHighs = 4;

    private const string OrderDigits = "0123456789A";

    // From crumbs to whole blocks: what is red cannot serve a large request.
    private static readonly string[] s_colours = ["red3", "orangered1", "darkorange", "orange1", "gold1", "yellow1", "greenyellow", "chartreuse1", "green1", "springgreen2", "cyan1"];

    private readonly int _cells = Math.Clamp(width - ColumnsBesideBars, LeastCells, MostCells);

    /// <summary>The whole picture, as wide as the view and, with some caches left out, as high.</summary>
    public IRenderable Draw(Snapshot now) =>
        new Rows(DrawMemory(now), DrawZones(now), DrawFreeAreas(now), DrawCaches(now, Math.Max(LeastCaches, height - LinesBesideCaches - 2 * now.Zones.Count)));

    private static Markup DrawMemory(Snapshot now)
    {
        StringBuilder text = new("[bold]Kmem[/]");
        foreach ((string field, string name) in new[] { ("MemTotal", "total"), ("MemFree", "free"), ("Slab", "slab"), ("VmallocUsed", "vmalloc"), ("DirectPages", "pages"), ("PcpFree", "lists") })
            text.Append(CultureInfo.InvariantCulture, $"   {name} [bold]{Size(now.Memory[field])}[/]");
        return new Markup(text.ToString());
    }

    private Panel DrawZones(Snapshot now)
    {
        Table table = new Table { Border = TableBorder.None }.AddColumns("zone", "free; | min, low, high", "");
        foreach (ZoneLines zone in now.Zones)
        {
            table.AddRow(
                new Markup($"[bold]{zone.Name}[/]"),
                new Markup(Gauge(zone)),
                new Markup(string.Create(CultureInfo.InvariantCulture, $"{Pages(zone.Free)} of {Pages(zone.Present)}   [grey]min {Pages(zone.Min)}  low {Pages(zone.Low)}  high {Pages(zone.High)}[/]")));
        }

        return new Panel(table) { Header = new PanelHeader(" zones and watermarks "), Border = BoxBorder.Rounded, Expand = true };
    }

    private Panel DrawFreeAreas(Snapshot now)
    {
        Table table = new Table { Border = TableBorder.None }.AddColumns("zone", "by order");
        for (int order = 0; order < s_colours.Length; order++)
            table.AddColumn(new TableColumn($"[{s_colours[order]}]{OrderDigits[order]}[/]").RightAligned());
        foreach (ZoneLines zone in now.Zones)
            table.AddRow([$"[bold]{zone.Name}[/]", Picture(zone), .. zone.FreeBlocks.Select(count => count.ToString(CultureInfo.InvariantCulture))]);
        return new Panel(table) { Header = new PanelHeader(" free areas: blocks of each order, 0 is 4K, A is 4M "), Border = BoxBorder.Rounded, Expand = true };
    }

    private static Panel DrawCaches(Snapshot now, int most)
    {
        Table table = new Table { Border = TableBorder.None }.AddColumn("cache");
        foreach (string title in new[] { "active", "objects", "use", "bytes each", "slabs", "memory" })
            table.AddColumn(new TableColumn(title).RightAligned());
        foreach (CacheLine cache in now.Caches.Where(cache => cache.Slabs > 0).OrderByDescending(cache => cache.Bytes).Take(most))
        {
            string use = (100 * cache.Active / Math.Max(1, cache.Objects)).ToString(CultureInfo.InvariantCulture) + " %";
            table.AddRow(new[] { cache.Name, Number(cache.Active), Number(cache.Objects), use, Number(cache.ObjectBytes), Number(cache.Slabs), Size(cache.Bytes) }.Select(Markup.Escape).ToArray());
        }

        return new Panel(table) { Header = new PanelHeader(" caches "), Border = BoxBorder.Rounded, Expand = true };
    }

    /// <summary>Free pages against the watermarks: green above the high one, red below the lowest. The bar ends at a few times the high one, where nothing happens any more.</summary>
    private string Gauge(ZoneLines zone)
    {
        string colour = zone.Free > zone.High ? "green" : zone.Free > zone.Min ? "yellow" : "red";
        long scale = Math.Max(1, zone.High * GaugeHighs);
        HashSet<long> marks = [zone.Min * _cells / scale, zone.Low * _cells / scale, zone.High * _cells / scale];
        StringBuilder bar = new();
        for (int cell = 0; cell < _cells; cell++)
        {
            if (marks.Contains(cell))
                bar.Append("[bold white]|[/]");
            else if (cell * scale < zone.Free * _cells)
                bar.Append(CultureInfo.InvariantCulture, $"[{colour}]█[/]");
            else
                bar.Append("[grey35]░[/]");
        }

        return bar.ToString();
    }

    /// <summary>Free memory as a bar, the part of each order with its number and colour, the smallest first.</summary>
    private string Picture(ZoneLines zone)
    {
        long free = Math.Max(1, zone.FreeBlocks.Select((count, order) => count << order).Sum());
        StringBuilder bar = new();
        long sum = 0;
        int drawn = 0;
        for (int order = 0; order < zone.FreeBlocks.Length; order++)
        {
            sum += zone.FreeBlocks[order] << order;
            int end = (int)(sum * _cells / free);
            bar.Append(CultureInfo.InvariantCulture, $"[black on {s_colours[order]}]{new string(OrderDigits[order], end - drawn)}[/]");
            drawn = end;
        }

        return bar.Append(' ', _cells - drawn).ToString();
    }

    private static string Pages(long pages) => Size(pages * PageKiB * 1024);

    private static string Size(long bytes) => bytes switch
    {
        >= 10L << 20 => $"{Number(bytes >> 20)}M",
        >= 1L << 20 => (bytes / (double)(1 << 20)).ToString("0.#", CultureInfo.InvariantCulture) + "M",
        _ => $"{Number(bytes >> 10)}K",
    };

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
