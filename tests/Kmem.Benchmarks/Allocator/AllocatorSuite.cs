using Kmem.Benchmarks.Allocator.Contestants;
using Kmem.Benchmarks.Allocator.Parts;
using Kmem.Benchmarks.Allocator.Tasks;

namespace Kmem.Benchmarks.Allocator;

/// <summary>Measures the runtime's allocators beside others, all in one run, as ratios.</summary>
internal static class AllocatorSuite
{
    public static int Run(string[] arguments)
    {
        if (arguments is [ChildTask.Argument, var task, var size])
            return ChildTask.Run(task, size);

        if (AllocatorOptions.Parse(arguments, out var problem) is not { } options)
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        if (!BenchmarkProcess.IsThis)
            return BenchmarkProcess.Rerun();

        var roster = new Roster();
        foreach (var missing in roster.Missing)
            Console.Error.WriteLine(missing);
        Console.WriteLine($"{Environment.ProcessorCount} processors, {options.Pace.Rounds} rounds, medians. \"direct\": called by a function pointer with SuppressGCTransition.");
        var report = new Report();
        foreach (var part in AllocatorOptions.AllParts.Where(options.Has))
            RunPart(part, options, roster, report);
        report.PrintAims();
        return 0;
    }

    private static void RunPart(string part, AllocatorOptions options, Roster roster, Report report)
    {
        switch (part)
        {
            case "pairs":
                PairsPart.Run(options, roster, report);
                break;
            case "batches":
                BatchesPart.Run(options, roster, report);
                break;
            case "random":
                RandomPart.Run(options, roster, report);
                break;
            case "threads":
                ThreadsPart.Run(options, roster, report);
                break;
            case "pages":
                PagesPart.Run(options, roster, report);
                break;
            case "areas":
                AreasPart.Run(options, report);
                break;
            case "counter":
                CounterPart.Run(options, report);
                break;
            case "debug":
                DebugPart.Run(options);
                break;
            case "memory":
                MemoryPart.Run(report);
                break;
            case "soak":
                SoakPart.Run(options, report);
                break;
        }
    }
}
