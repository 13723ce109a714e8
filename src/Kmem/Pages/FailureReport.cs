using System.Globalization;
using System.Text;

namespace Kmem.Pages;

/// <summary>What the page allocator says when an allocation fails: the request, and each zone's free memory, watermarks and free areas.</summary>
internal static class FailureReport
{
    private const uint FrameKiB = 4;

    public static string Describe(gfp_t flags, int order, IEnumerable<Zone> zones)
    {
        StringBuilder text = new();
        CultureInfo c = CultureInfo.InvariantCulture;
        text.Append(c, $"page allocation failure. order:{order}, mode:0x{(uint)flags:x}");
        foreach (Zone zone in zones)
        {
            text.Append(c, $"\nNode {zone.Node} {zone.Name} free:{zone.FreeFrames * FrameKiB}kB min:{zone.Min * FrameKiB}kB low:{zone.Low * FrameKiB}kB");
            text.Append(c, $" high:{zone.High * FrameKiB}kB present:{zone.PresentFrames * FrameKiB}kB");
        }
        foreach (Zone zone in zones)
        {
            text.Append(c, $"\nNode {zone.Node} {zone.Name}: ");
            for (int i = 0; i < FreeAreas.MaxOrder; i++)
                text.Append(c, $"{zone.Free.CountOf(i)}*{FrameKiB << i}kB ");
            text.Append(c, $"= {zone.Free.FreeFrames * FrameKiB}kB");
        }
        return text.ToString();
    }
}
