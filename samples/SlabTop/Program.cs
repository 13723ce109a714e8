using System.Diagnostics;
using Kmem;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace SlabTop;

/// <summary>
/// A live view of the machine's memory under load, as slabtop shows a kernel's: zones and watermarks, free areas as a picture of fragmentation, the largest caches. All it knows it
/// reads from the reports in the formats of /proc.
/// </summary>
internal static class Program
{
    private const ulong MemorySize = 96ul << 20;
    private const int PlainWidth = 140;
    private static readonly TimeSpan s_frame = TimeSpan.FromMilliseconds(250);

    /// <summary>How long the load runs before the one picture of --once.</summary>
    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    private static int Main(string[] arguments)
    {
        if (Options.Parse(arguments, Console.IsOutputRedirected, out string error) is not { } options)
        {
            Console.Error.WriteLine($"SlabTop: {error}\n{Options.Usage}");
            return 2;
        }

        Kernel.Boot(new MachineOptions { MemorySize = MemorySize, Log = _ => { } });
        using Load load = new();
        load.Start();
        load.WaitUntilWarm();
        if (options.Once)
            ShowOnce(options.Seconds is { } seconds ? TimeSpan.FromSeconds(seconds) : s_warmUp);
        else
            ShowLive(options.Seconds is { } limit ? TimeSpan.FromSeconds(limit) : TimeSpan.MaxValue);
        return 0;
    }

    private static void ShowOnce(TimeSpan after)
    {
        Thread.Sleep(after);
        if (Console.IsOutputRedirected)
            MakePlain(AnsiConsole.Profile);
        AnsiConsole.Write(new View(AnsiConsole.Profile.Width, int.MaxValue).Draw(Snapshot.Take()));
    }

    private static void ShowLive(TimeSpan limit)
    {
        Stopwatch watch = Stopwatch.StartNew();
        AnsiConsole.Clear();
        AnsiConsole.Live(DrawForWindow()).Overflow(VerticalOverflow.Crop).Start(context =>
        {
            do
            {
                Thread.Sleep(s_frame);
                context.UpdateTarget(DrawForWindow());
                context.Refresh();
            }
            while (watch.Elapsed < limit && !QuitIsPressed());
        });
    }

    // A file has no colours, and no width of its own.
    private static void MakePlain(Profile profile)
    {
        profile.Width = PlainWidth;
        profile.Capabilities.Ansi = false;
        profile.Capabilities.ColorSystem = ColorSystem.NoColors;
    }

    private static IRenderable DrawForWindow() => new View(Console.WindowWidth, Console.WindowHeight).Draw(Snapshot.Take());

    private static bool QuitIsPressed()
    {
        while (!Console.IsInputRedirected && Console.KeyAvailable)
        {
            if (Console.ReadKey(intercept: true).Key == ConsoleKey.Q)
                return true;
        }

        return false;
    }
}
