using Kmem.Execution;

namespace Kmem;

/// <summary>The machine behind <see cref="Kernel"/>: booted once, by <see cref="Kernel.Boot"/> or at first use.</summary>
internal static unsafe class ProcessMachine
{
    private static readonly Lock s_lock = new();
    private static Machine? s_machine;

    /// <summary>The machine, booted from the environment if nobody has booted it yet.</summary>
    public static Machine Get()
    {
        if (Volatile.Read(ref s_machine) is { } machine)
            return machine;
        lock (s_lock)
            return s_machine ??= Make(EnvironmentOptions.Read(Environment.GetEnvironmentVariable));
    }

    public static void Boot(MachineOptions options)
    {
        lock (s_lock)
        {
            if (s_machine != null)
                throw new InvalidOperationException("Kmem: the machine has booted already. Call Kernel.Boot once, before the first use of Kernel; for a second machine use new Machine(options).");
            s_machine = Make(options);
        }
    }

    /// <summary>The calling thread's block: boots the machine if need be, and lets the thread in.</summary>
    public static CpuBlock* EnterThread() => Get().Block;

    private static Machine Make(MachineOptions options)
    {
        Machine machine = new(options, processWide: true);
        MachineMetrics.Show(machine);
        if ((options.Debug & MachineDebug.Track) != 0)
            AppDomain.CurrentDomain.ProcessExit += (_, _) => ReportLeaks(machine);
        return machine;
    }

    private static void ReportLeaks(Machine machine)
    {
        string leaks = machine.ReportLeaks();
        if (leaks.Length > 0)
            machine.Log.Write($"kmemleak: live objects at shutdown:\n{leaks}");
    }
}
