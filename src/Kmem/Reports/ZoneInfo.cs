using System.Globalization;
using System.Text;
using Kmem.Pages;

namespace Kmem.Reports;

/// <summary>/proc/zoneinfo: each zone's free pages, watermarks, sizes, reserves and CPU lists.</summary>
internal static class ZoneInfo
{
    public static string Describe(IEnumerable<Zone> zones)
    {
        StringBuilder text = new();
        foreach (Zone zone in zones)
            Append(text, zone);
        return text.ToString();
    }

    private static void Append(StringBuilder text, Zone zone)
    {
        CultureInfo c = CultureInfo.InvariantCulture;
        text.Append(c, $"Node {zone.Node}, zone {zone.Name,8}\n");
        text.Append(c, $"  pages free     {zone.Free.FreeFrames}\n");
        text.Append(c, $"        min      {zone.Min}\n");
        text.Append(c, $"        low      {zone.Low}\n");
        text.Append(c, $"        high     {zone.High}\n");
        text.Append(c, $"        spanned  {zone.SpannedFrames}\n");
        text.Append(c, $"        present  {zone.PresentFrames}\n");
        text.Append(c, $"        managed  {zone.PresentFrames}\n");
        text.Append(c, $"        protection: ({string.Join(", ", zone.LowmemReserve)})\n");
        text.Append("  pagesets\n");
        for (int cpu = 0; cpu < zone.CpuLists.Length; cpu++)
        {
            text.Append(c, $"    cpu: {cpu}\n");
            text.Append(c, $"              count: {zone.CpuLists[cpu].Count}\n");
            text.Append(c, $"              high:  {CpuPageList.High}\n");
            text.Append(c, $"              batch: {CpuPageList.Batch}\n");
        }
        text.Append(c, $"  start_pfn:           {zone.Start}\n");
    }
}
