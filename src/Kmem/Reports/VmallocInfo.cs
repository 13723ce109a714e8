using System.Globalization;
using System.Text;
using Kmem.Physical;
using Kmem.Virtual;

namespace Kmem.Reports;

/// <summary>/proc/vmallocinfo: each area with its addresses, its size with the guard page, who made it if that is tracked, and what it is.</summary>
internal static class VmallocInfo
{
    public static string Describe(VmallocSpace space)
    {
        StringBuilder text = new();
        space.Visit((address, area) =>
        {
            nuint bytes = (area.Pages + 1) * PhysicalMemory.PageSize;
            text.Append(CultureInfo.InvariantCulture, $"0x{address:x16}-0x{address + bytes:x16} {bytes,7}");
            if (space.OwnerOf(area) is { } owner)
                text.Append(CultureInfo.InvariantCulture, $" {owner}");
            text.Append(area.OwnsFrames ? string.Create(CultureInfo.InvariantCulture, $" pages={area.Pages} vmalloc\n") : " vmap\n");
        });
        return text.ToString();
    }
}
