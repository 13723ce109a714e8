using System.Diagnostics;
using Kmem.Benchmarks.Reporting;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Text;

namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>
/// What an editor waits for: a statement is typed into one file of a large project, and that file's diagnostics are asked of
/// the new compilation. Everything that the analyzers knew of the old one is gone.
/// </summary>
internal sealed class EditLatency
{
    private readonly List<double> _totals = [];
    private readonly List<double> _parts = [];

    private EditLatency()
    {
    }

    /// <summary>Milliseconds until the diagnostics are there.</summary>
    public IReadOnlyList<double> Totals => _totals;

    /// <summary>Milliseconds of it that a no-op analyzer does not take after the same edit.</summary>
    public IReadOnlyList<double> AnalyzersParts => _parts;

    public static EditLatency Measure(GeneratedProject project, AnalyzerSet analyzers, int edits)
    {
        const int WarmUps = 5;
        var latency = new EditLatency();
        var random = new Random(1);
        Compilation compilation = project.Parse();
        compilation.GetDiagnostics();
        for (var i = -WarmUps; i < edits; i++)
        {
            var old = random.Next(project.Code.Files.Count);
            var oldTree = compilation.SyntaxTrees.ElementAt(old);
            var newTree = Edit(oldTree, random);
            var (noOp, measured) = InTurn(i, AnalyzerSet.NoOp, analyzers, set => TimeAfterEdit(compilation, oldTree, newTree, set));
            compilation = compilation.ReplaceSyntaxTree(oldTree, newTree);
            if (i < 0)
                continue;

            latency._totals.Add(measured);
            latency._parts.Add(Math.Max(0, measured - noOp));
        }

        return latency;
    }

    // Who comes second finds more in caches, so each comes first half of the time.
    private static (double First, double Second) InTurn(int round, AnalyzerSet first, AnalyzerSet second, Func<AnalyzerSet, double> measure)
    {
        if (round % 2 == 0)
        {
            var earlier = measure(first);
            return (earlier, measure(second));
        }

        var later = measure(second);
        return (measure(first), later);
    }

    private static double TimeAfterEdit(Compilation compilation, SyntaxTree oldTree, SyntaxTree newTree, AnalyzerSet analyzers)
    {
        var edited = compilation.ReplaceSyntaxTree(oldTree, newTree);
        GC.Collect();
        var clock = Stopwatch.StartNew();
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), onAnalyzerException: null, concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        var live = edited.WithAnalyzers(analyzers.Analyzers, options);
        live.GetAnalyzerSyntaxDiagnosticsAsync(newTree, CancellationToken.None).GetAwaiter().GetResult();
        live.GetAnalyzerSemanticDiagnosticsAsync(live.Compilation.GetSemanticModel(newTree), null, CancellationToken.None).GetAwaiter().GetResult();
        return clock.Elapsed.TotalMilliseconds;
    }

    /// <summary>Types a statement into a random method, in front of its last.</summary>
    private static SyntaxTree Edit(SyntaxTree tree, Random random)
    {
        var bodies = tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .Where(method => method.Body is { Statements.Count: > 1 } body && body.Statements[0].ToString() == "var status = 0;")
            .ToList();
        var statement = bodies[random.Next(bodies.Count)].Body!.Statements[0];
        var typed = new TextChange(new TextSpan(statement.FullSpan.End, 0), $"        status += {random.Next(100)};\n");
        return tree.WithChangedText(tree.GetText().WithChanges(typed));
    }
}
