using System.Diagnostics;

namespace Kmem.Benchmarks.Allocator;

/// <summary>Starts this program again, with settings that a process takes only when it starts.</summary>
internal static class BenchmarkProcess
{
    private const string Tunables = "GLIBC_TUNABLES";

    // Libraries with much thread-local memory, as jemalloc, cannot be loaded into a running process without this.
    private static readonly KeyValuePair<string, string> s_roomForThreadLocals = new(Tunables, "glibc.rtld.optional_static_tls=8192");

    /// <summary>True if allocators can be loaded here.</summary>
    public static bool IsThis => Environment.GetEnvironmentVariable(Tunables) == s_roomForThreadLocals.Value;

    /// <summary>Runs this program again with the same arguments; the result is its exit code.</summary>
    public static int Rerun()
    {
        using var process = Start(Environment.GetCommandLineArgs().Skip(1), [], captures: false);
        process.WaitForExit();
        return process.ExitCode;
    }

    /// <summary>Runs this program with these arguments and settings; the result is what it printed.</summary>
    public static string Output(IEnumerable<string> arguments, params KeyValuePair<string, string>[] settings)
    {
        using var process = Start(arguments, settings, captures: true);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"'{string.Join(' ', arguments)}' ended with code {process.ExitCode}:\n{output}");
    }

    private static Process Start(IEnumerable<string> arguments, KeyValuePair<string, string>[] settings, bool captures)
    {
        // The general host has to be told the program's own assembly.
        var isGeneralHost = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
        var assembly = isGeneralHost ? new[] { typeof(BenchmarkProcess).Assembly.Location } : [];
        var start = new ProcessStartInfo(Environment.ProcessPath!, assembly.Concat(arguments)) { RedirectStandardOutput = captures };
        foreach (var (name, value) in settings.Append(s_roomForThreadLocals))
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("The program could not be started again.");
    }
}
