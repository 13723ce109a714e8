using System.Diagnostics;
using System.Text;

namespace Kmem.EndToEnd.Tests.Support;

/// <summary>Runs programs as a user does, for a bounded time.</summary>
internal static class Tool
{
    // The slowest command, compiling ahead of time, takes half a minute on an idle machine; a busy one was seen to need many times that.
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(60);

    /// <summary>Runs dotnet in a folder.</summary>
    /// <param name="folder">Where it runs.</param>
    /// <param name="packageCache">The folder that takes restored packages; null: where this machine has them.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="TimeoutException">It did not end in time; it has been ended, and the message holds what it wrote.</exception>
    public static ToolResult Dotnet(string folder, string? packageCache, params string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        if (packageCache is not null)
            start.Environment["NUGET_PACKAGES"] = packageCache;
        start.Environment["DOTNET_CLI_UI_LANGUAGE"] = "en";
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["MSBUILDTERMINALLOGGER"] = "off";
        return Run(start);
    }

    /// <summary>Runs a program in the folder of temporary files.</summary>
    /// <param name="path">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <exception cref="TimeoutException">It did not end in time; it has been ended, and the message holds what it wrote.</exception>
    public static ToolResult Program(string path, params string[] arguments) => Run(new ProcessStartInfo(path, arguments)
    {
        WorkingDirectory = Path.GetTempPath(),
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        RedirectStandardInput = true,
    });

    private static ToolResult Run(ProcessStartInfo start)
    {
        RemoveWhatOthersSet(start);
        string commandLine = $"{start.FileName} {string.Join(' ', start.ArgumentList)} (in {start.WorkingDirectory})";
        StringBuilder output = new(), errors = new();
        using Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(errors, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        if (!process.WaitForExit(s_patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{commandLine} did not end within {s_patience}; it wrote:\n{Text(output)}{Text(errors)}");
        }

        process.WaitForExit();
        return new ToolResult(commandLine, process.ExitCode, Text(output) + Text(errors));
    }

    // dotnet test tells its children where its own SDK and MSBuild lie; a developer may have chosen another machine for his own programs.
    private static void RemoveWhatOthersSet(ProcessStartInfo start)
    {
        foreach (string name in start.Environment.Keys.Where(IsOfOthers).ToList())
            start.Environment.Remove(name);
    }

    private static bool IsOfOthers(string name) =>
        name.StartsWith("MSBuild", StringComparison.Ordinal) || name.StartsWith("KMEM_", StringComparison.Ordinal);

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
            output.Append(line).Append(line is null ? "" : "\n");
    }

    private static string Text(StringBuilder output)
    {
        lock (output)
            return output.ToString();
    }
}
