namespace Kmem;

public static unsafe partial class Kernel
{
    /// <summary>Lists the live slab objects with who allocated them; known only with <see cref="MachineDebug.Track"/>. Source: Documentation/kmemleak.txt.</summary>
    /// <returns>A line for each; empty: nothing leaked.</returns>
    public static string kmemleak() => Booted.Machine.ReportLeaks();
}
