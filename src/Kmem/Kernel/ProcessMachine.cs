using Kmem.Execution;

namespace Kmem;

/// <summary>The machine behind <see cref="Kernel"/>: booted once, by <see cref="Kernel.Boot"/> or at first use.</summary>
internal static unsafe class ProcessMachine
{
    private static readonly BootOnce s_machine = new(Make);

    public static Machine Get() => s_machine.Get();

    public static void Boot(MachineOptions options) => s_machine.Boot(options);

    /// <summary>The calling thread's block: boots the machine if need be, and lets the thread in.</summary>
    public static CpuBlock* EnterThread() => Get().Block;

    private static Machine Make(MachineOptions options)
    {
        Machine machine = new(options, processWide: true);
        MachineMetrics.Show(machine);
        if ((options.Debug & MachineDebug.Track) != 0)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => machine.LogLeaks();
        return machine;
    }
}
