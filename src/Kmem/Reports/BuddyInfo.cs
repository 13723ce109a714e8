using System.Globalization;
using System.Text;
using Kmem.Pages;

namespace Kmem.Reports;

/// <summary>/proc/buddyinfo: how many free blocks each zone has of each order.</summary>
internal static class BuddyInfo
{
    public static string Describe(IEnumerable<Zone> zones)
    {
        StringBuilder text = new();
        foreach (Zone zone in zones)
        {
            text.Append(CultureInfo.InvariantCulture, $"Node {zone.Node}, zone {zone.Name,8} ");
            for (int order = 0; order < FreeAreas.MaxOrder; order++)
                text.Append(CultureInfo.InvariantCulture, $"{zone.Free.CountOf(order),6} ");
            text.Append('\n');
        }
        return text.ToString();
    }
}
