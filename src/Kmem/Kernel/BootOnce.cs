using System.Diagnostics.CodeAnalysis;
using Kmem.Annotations;

namespace Kmem;

/// <summary>A machine that is booted once, by whoever comes first; others wait until it is up.</summary>
/// <param name="make">Boots a machine.</param>
[SuppressMessage("Kmem.Context", "KMEM1010", Justification = "Who boots, or waits for that, sleeps; but there is no section yet that it could be in: sections are those of a machine that is up.")]
internal sealed class BootOnce(Func<MachineOptions, Machine> make)
{
    private readonly Lock _lock = new();
    private Machine? _machine;
    private bool _isBooting;

    /// <summary>The machine, booted from the environment if nobody has booted it yet.</summary>
    [NeverSleeps]
    public Machine Get()
    {
        if (Volatile.Read(ref _machine) is { } machine)
            return machine;
        lock (_lock)
            return _machine ?? Make(EnvironmentOptions.Read(Environment.GetEnvironmentVariable));
    }

    /// <summary>Boots the machine; after a failure it may be tried again with other options.</summary>
    [NeverSleeps]
    public void Boot(MachineOptions options)
    {
        lock (_lock)
        {
            if (_machine != null)
                throw new InvalidOperationException("Kmem: the machine has booted already. Call Kernel.Boot once, before the first use of Kernel; for a second machine use new Machine(options).");
            Make(options);
        }
    }

    // The lock lets the booting thread in again: from the boot callback, which would get a second machine.
    private Machine Make(MachineOptions options)
    {
        if (_isBooting)
            throw new InvalidOperationException("Kmem: the machine is still booting: in MachineOptions.OnBoot only alloc_bootmem, free_bootmem and printk work. Use everything else after Kernel.Boot.");
        _isBooting = true;
        try
        {
            return _machine = make(options);
        }
        finally
        {
            _isBooting = false;
        }
    }
}
