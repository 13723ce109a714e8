using System.Diagnostics.Metrics;

namespace Kmem;

/// <summary>Gauges of the process-wide machine under the meter "Kmem": <c>dotnet-counters monitor --counters Kmem</c> shows them.</summary>
internal static class MachineMetrics
{
    public const string MeterName = "Kmem";

    private static readonly Meter s_meter = new(MeterName);

    /// <summary>Shows the machine's memory for the rest of the process.</summary>
    public static void Show(Machine machine)
    {
        s_meter.CreateObservableGauge("kmem.memory.total", () => (long)machine.TotalBytes, "By", "Physical memory in the zones");
        s_meter.CreateObservableGauge("kmem.memory.free", () => (long)machine.FreeBytes, "By", "Free physical memory");
        s_meter.CreateObservableGauge("kmem.slab.size", () => (long)machine.SlabBytes, "By", "Memory in slabs");
        s_meter.CreateObservableGauge("kmem.threads", () => (long)machine.Blocks.Count, "{thread}", "Threads that use the machine");
    }
}
