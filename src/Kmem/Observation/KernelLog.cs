using System.Diagnostics.CodeAnalysis;
using Kmem.Annotations;


namespace Kmem.Observation;

/// <summary>Where printk and the allocator's reports go: the log of <c>MachineOptions</c>, else standard error.</summary>
internal sealed class KernelLog(Action<string>? sink)
{
    /// <summary>Writes a line, in any context.</summary>
    [NeverSleeps]
    [SuppressMessage("Kmem.Context", "KMEM1010", Justification = "Standard error is the console of this machine: who sets no log accepts to wait for it, as a kernel does for a serial line.")]
    public void Write(string message)
    {
        if (sink == null || !TryWrite(sink, message))
            Console.Error.WriteLine(message);
    }

    // Who reports is often not whose error it is, or a thread of the machine: it goes on whatever the sink does.
    private static bool TryWrite(Action<string> sink, string message)
    {
        try
        {
            sink(message);
            return true;
        }
        catch (Exception error)
        {
            Console.Error.WriteLine($"Kmem: MachineOptions.Log failed: {error}");
            return false;
        }
    }
}
