using System.Diagnostics;

namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>
/// A process set up for measuring compilers: garbage is collected as in the compiler's server, and methods are compiled fully at
/// once, as those of a server that has run for long have been. A runtime takes these settings only when it starts.
/// </summary>
internal static class CompilerProcess
{
    private static readonly Dictionary<string, string> Settings = new()
    {
        ["DOTNET_gcServer"] = "1",
        ["DOTNET_TieredCompilation"] = "0",
    };

    public static bool IsThis => Settings.All(setting => Environment.GetEnvironmentVariable(setting.Key) == setting.Value);

    /// <summary>Runs this program again with the settings; the result is its exit code.</summary>
    public static int Rerun()
    {
        // The first argument is the program's own assembly, which only the general host has to be told.
        var isGeneralHost = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var start = new ProcessStartInfo(Environment.ProcessPath!, Environment.GetCommandLineArgs().Skip(isGeneralHost ? 0 : 1));
        foreach (var (name, value) in Settings)
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new InvalidOperationException("The program could not be started again.");
        process.WaitForExit();
        return process.ExitCode;
    }
}
