using System.Globalization;
using Kmem.Benchmarks.Analyzers.Generation;
using Kmem.Benchmarks.Analyzers.Measurement;
using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Analyzers;

/// <summary>Measures the analyzers: against the compiler over sizes, after edits, and beside peers. All in one run, as ratios.</summary>
internal static class AnalyzerSuite
{
    public static int Run(string[] arguments)
    {
        if (SuiteOptions.Parse(arguments, out var problem) is not { } options)
        {
            Console.Error.WriteLine(problem);
            return 2;
        }

        if (!CompilerProcess.IsThis)
            return CompilerProcess.Rerun();

        Console.WriteLine($"{Environment.ProcessorCount} processors, {options.Rounds} rounds, medians; times in milliseconds.");
        if (options.Has("size"))
            MeasureSizes(options);
        if (options.Has("edits"))
            MeasureEdits(options);
        if (options.Has("peers"))
            MeasurePeers(options);
        return 0;
    }

    private static void MeasureSizes(SuiteOptions options)
    {
        var table = new MarkdownTable(
            "Code", "kLOC", "compiler", "+ Kmem", "no-op / compiler", "graphs / compiler", "Kmem / compiler", "of processor time", "in actions per kLOC", "compiler, MB", "+ Kmem, MB", "reports");
        AnalyzerSet[] sets = [AnalyzerSet.NoOp, AnalyzerSet.Graphs, AnalyzerSet.Kmem];
        WarmUp(options, sets);
        foreach (var kiloLines in options.KiloLines)
        {
            foreach (var code in CodeOf(options, kiloLines))
            {
                var comparison = Comparison.Of(GeneratedProject.Create(code), sets, options.Rounds);
                table.Add(
                    code.Name,
                    Number(code.Lines / 1000.0, 0),
                    Number(comparison.Median(AnalyzerSet.None, run => run.Wall), 0),
                    Number(comparison.Median(AnalyzerSet.Kmem, run => run.Wall), 0),
                    Number(comparison.Ratio(AnalyzerSet.NoOp, run => run.Wall), 3),
                    Number(comparison.Ratio(AnalyzerSet.Graphs, run => run.Wall), 3),
                    Number(comparison.Ratio(AnalyzerSet.Kmem, run => run.Wall), 3),
                    Number(comparison.Ratio(AnalyzerSet.Kmem, run => run.Processor), 3),
                    Number(comparison.Median(AnalyzerSet.Kmem, run => run.InActions) * 1000 / code.Lines, 2),
                    Number(comparison.Median(AnalyzerSet.None, run => run.Allocated), 0),
                    Number(comparison.Median(AnalyzerSet.Kmem, run => run.Allocated), 0),
                    Number(comparison.Median(AnalyzerSet.Kmem, run => run.Reports), 0));
            }
        }

        Print("Analyzer time against compile time", table);
    }

    private static void MeasureEdits(SuiteOptions options)
    {
        var table = new MarkdownTable("After an edit", "kLOC", "edits", "Kmem median", "Kmem 95 %", "total median", "total 95 %");
        var project = GeneratedProject.Create(CodeBase.Grow("driver", usesKmem: true, options.EditKiloLines, DriverFile.Create));
        var latency = EditLatency.Measure(project, AnalyzerSet.Kmem, options.Edits);
        table.Add(
            project.Code.Name,
            Number(project.Code.Lines / 1000.0, 0),
            Number(latency.Totals.Count, 0),
            Number(latency.AnalyzersParts.Median(), 1),
            Number(latency.AnalyzersParts.Percentile(95), 1),
            Number(latency.Totals.Median(), 1),
            Number(latency.Totals.Percentile(95), 1));
        Print("From an edit to the file's diagnostics", table);
    }

    private static void MeasurePeers(SuiteOptions options)
    {
        var table = new MarkdownTable("Code", "Analyzers", "compile", "added / compiler", "of processor time", "reports");
        var sets = new[] { AnalyzerSet.NoOp, AnalyzerSet.Kmem }.Concat(AnalyzerSet.Peers()).ToArray();
        WarmUp(options, sets);
        foreach (var code in CodeOf(options, options.EditKiloLines))
        {
            var comparison = Comparison.Of(GeneratedProject.Create(code), sets, options.Rounds);
            table.Add(code.Name, AnalyzerSet.None.Name, Number(comparison.Median(AnalyzerSet.None, run => run.Wall), 0), "", "", "");
            foreach (var set in sets)
            {
                table.Add(
                    code.Name,
                    set.Name,
                    Number(comparison.Median(set, run => run.Wall), 0),
                    Number(comparison.Ratio(set, run => run.Wall), 3),
                    Number(comparison.Ratio(set, run => run.Processor), 3),
                    Number(comparison.Median(set, run => run.Reports), 0));
            }
        }

        Print("Beside other analyzers", table);
    }

    private static void WarmUp(SuiteOptions options, AnalyzerSet[] sets)
    {
        const int KiloLines = 5;
        foreach (var code in CodeOf(options, KiloLines))
            Comparison.Of(GeneratedProject.Create(code), sets, options.WarmUps);
    }

    private static IEnumerable<CodeBase> CodeOf(SuiteOptions options, int kiloLines) => options.Code.Select(kind => kind switch
    {
        "driver" => CodeBase.Grow(kind, usesKmem: true, kiloLines, DriverFile.Create),
        "ordinary" => CodeBase.Grow(kind, usesKmem: false, kiloLines, OrdinaryFile.CreatePure),
        _ => CodeBase.Grow("ordinary, " + kind, usesKmem: false, kiloLines, OrdinaryFile.CreateWaiting),
    });

    private static string Number(double value, int digits) => value.ToString("F" + digits, CultureInfo.InvariantCulture);

    private static void Print(string title, MarkdownTable table) => Console.WriteLine($"\n## {title}\n\n{table}");
}
