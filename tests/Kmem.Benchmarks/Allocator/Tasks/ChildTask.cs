using System.Globalization;

namespace Kmem.Benchmarks.Allocator.Tasks;

/// <summary>Work that needs a process of its own: with other debug options, or with memory that nothing else has touched. Its results are numbers with names, a line each.</summary>
internal static class ChildTask
{
    public const string Argument = "--task";

    private static readonly Dictionary<string, Func<int, IEnumerable<KeyValuePair<string, double>>>> s_tasks = new()
    {
        ["costs"] = CostTask.Run,
        ["soak"] = SoakTask.Run,
        ["page-structs"] = _ => PageStructsTask.Run(),
        ["idle-threads"] = IdleThreadsTask.Run,
        ["resident"] = _ => ResidentTask.Run(),
    };

    /// <summary>Does a task in a new process.</summary>
    /// <param name="task">Its name.</param>
    /// <param name="size">How much it is to do; what that means is the task's.</param>
    /// <param name="debug">Debug options to boot with.</param>
    public static Dictionary<string, double> Start(string task, int size, string debug = "")
    {
        var output = BenchmarkProcess.Output(
            ["allocator", Argument, task, size.ToString(CultureInfo.InvariantCulture)],
            new KeyValuePair<string, string>("KMEM_DEBUG", debug));
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split('='))
            .ToDictionary(parts => parts[0], parts => double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Does a task here, as the process was told.</summary>
    public static int Run(string task, string size)
    {
        foreach (var (name, value) in s_tasks[task](int.Parse(size, CultureInfo.InvariantCulture)))
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}={value:R}"));
        return 0;
    }
}
