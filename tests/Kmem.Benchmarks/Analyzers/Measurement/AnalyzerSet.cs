using System.Collections.Immutable;
using System.Reflection;
using Kmem.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>Analyzers that are measured together.</summary>
/// <param name="Name">Their name in tables.</param>
/// <param name="Analyzers">None: the compiler alone.</param>
/// <param name="Enabled">A rule that is off by default and is to be on; empty: all are as they come.</param>
internal sealed record AnalyzerSet(string Name, ImmutableArray<DiagnosticAnalyzer> Analyzers, string Enabled = "")
{
    public static readonly AnalyzerSet None = new("compiler alone", []);

    /// <summary>What the analysis driver itself costs.</summary>
    public static readonly AnalyzerSet NoOp = new("no-op analyzer", [new BodyAnalyzer(BodyAnalyzer.Pass)]);

    /// <summary>What the graphs of the bodies cost that an analysis of paths is made of.</summary>
    public static readonly AnalyzerSet Graphs = new("graphs alone", [new BodyAnalyzer(BodyAnalyzer.CreateGraph)]);

    /// <summary>Every analyzer of this project.</summary>
    public static readonly AnalyzerSet Kmem = new("Kmem.Analyzers", AllOf(typeof(MemoryDisciplineAnalyzer).Assembly));

    public bool IsEmpty => Analyzers.IsEmpty;

    /// <summary>The analyzers of the field that look at the release of memory, as their packages come.</summary>
    public static IEnumerable<AnalyzerSet> Peers()
    {
        var packages = BuildInputs.Read("peers.txt").GroupBy(Path.GetDirectoryName)
            .Select(package => package.Select(Assembly.LoadFrom).ToList())
            .ToDictionary(package => package[0].GetName().Name!.Replace("CSharp.NetAnalyzers", "NetAnalyzers", StringComparison.Ordinal));
        foreach (var (name, assemblies) in packages)
        {
            var all = assemblies.SelectMany(assembly => AllOf(assembly)).ToImmutableArray();
            var disposal = all.Where(analyzer => analyzer.SupportedDiagnostics.Any(rule => rule.Id == "CA2000")).ToImmutableArray();
            if (!disposal.IsEmpty)
                yield return new AnalyzerSet(name + ", CA2000", disposal, "CA2000");
            yield return new AnalyzerSet(name, all);
        }
    }

    public Compilation Configure(Compilation compilation) => Enabled.Length == 0
        ? compilation
        : compilation.WithOptions(compilation.Options.WithSpecificDiagnosticOptions([new(Enabled, ReportDiagnostic.Warn)]));

    private static ImmutableArray<DiagnosticAnalyzer> AllOf(Assembly assembly) => assembly.GetTypes()
        .Where(type => !type.IsAbstract && typeof(DiagnosticAnalyzer).IsAssignableFrom(type)
            && type.GetCustomAttribute<DiagnosticAnalyzerAttribute>()?.Languages.Contains(LanguageNames.CSharp) == true)
        .Select(type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!)
        .ToImmutableArray();
}
