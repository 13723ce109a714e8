using System.Runtime.CompilerServices;

namespace Kmem.Tests;

/// <summary>The process-wide machine as all tests of the static face share it: 1 GiB with high memory, sleep checks on.</summary>
internal static class ProcessKernel
{
    [ThreadStatic] private static List<string>? s_log;

    [ModuleInitializer]
    internal static void Boot() => Kernel.Boot(new MachineOptions
    {
        Cpus = 2,
        Debug = MachineDebug.AtomicSleep,
        Log = message => s_log?.Add(message),
    });

    /// <summary>What the calling thread logs while the action runs.</summary>
    public static string LogOf(Action action)
    {
        s_log = [];
        try
        {
            action();
            return string.Join('\n', s_log);
        }
        finally
        {
            s_log = null;
        }
    }
}
