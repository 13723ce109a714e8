using Kmem.Benchmarks.Allocator.Tasks;
using Kmem.Benchmarks.Reporting;

namespace Kmem.Benchmarks.Allocator.Parts;

/// <summary>What each debug option costs, in processes that boot with it, beside one without.</summary>
internal static class DebugPart
{
    private const int Passes = 3, Rounds = 21, QuickRounds = 5;

    public static void Run(AllocatorOptions options)
    {
        var choices = Enum.GetValues<MachineDebug>().Select(choice => choice.ToString()).ToArray();
        var measured = choices.ToDictionary(choice => choice, _ => new List<Dictionary<string, double>>());
        for (var pass = 0; pass < (options.IsQuick ? 1 : Passes); pass++)
        {
            foreach (var choice in choices)
                measured[choice].Add(ChildTask.Start("costs", options.IsQuick ? QuickRounds : Rounds, choice));
        }

        var plain = nameof(MachineDebug.None);
        var names = measured[plain][0].Keys.ToArray();
        var table = new MarkdownTable(["Pairs of 256 B", .. names.SelectMany(name => new[] { $"{name}, ns", $"/ {plain}" })]);
        foreach (var choice in choices)
            table.Add([choice, .. names.SelectMany(name => Cells(measured, choice, plain, name))]);
        Report.Print("Debug options", table);
    }

    private static string[] Cells(Dictionary<string, List<Dictionary<string, double>>> measured, string choice, string plain, string name)
    {
        var ratios = measured[choice].Zip(measured[plain], (own, other) => own[name] / other[name]);
        return [Report.Number(measured[choice].Select(costs => costs[name]).Median(), 1), Report.Number(ratios.Median(), 1)];
    }
}
