
namespace Kmem.Observation;

/// <summary>Where printk and the allocator's reports go: the log of <c>MachineOptions</c>, else standard error.</summary>
internal sealed class KernelLog(Action<string>? sink)
{
    public void Write(string message)
    {
        if (sink != null)
            sink(message);
        else
            Console.Error.WriteLine(message);
    }
}
