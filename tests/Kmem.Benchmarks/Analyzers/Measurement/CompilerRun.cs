using System.Collections.Immutable;
using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Benchmarks.Analyzers.Measurement;

/// <summary>One compilation from text to assembly: how long it took, and what the analyzers said.</summary>
/// <param name="Wall">Milliseconds that passed.</param>
/// <param name="Processor">Milliseconds of processor time, on all threads.</param>
/// <param name="InActions">Milliseconds inside the analyzers' own code, on all threads; what binding they ask for counts too.</param>
/// <param name="Allocated">Megabytes of garbage-collected memory.</param>
/// <param name="Reports">How many diagnostics the analyzers gave.</param>
internal sealed record CompilerRun(double Wall, double Processor, double InActions, double Allocated, int Reports)
{
    /// <summary>Parses, binds and emits; with analyzers, if there are some, as the compiler runs them.</summary>
    public static CompilerRun Of(GeneratedProject project, AnalyzerSet analyzers)
    {
        const double Megabyte = 1 << 20;
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Process.GetCurrentProcess().TotalProcessorTime;
        var clock = Stopwatch.StartNew();

        var compilation = analyzers.Configure(project.Parse());
        using var attached = analyzers.IsEmpty ? null : AttachedAnalyzers.To(compilation, analyzers.Analyzers);
        var result = (attached?.Compilation ?? compilation).Emit(new MemoryStream());
        var diagnostics = attached?.Diagnostics() ?? ImmutableArray<Diagnostic>.Empty;

        var wall = clock.Elapsed;
        var spent = Process.GetCurrentProcess().TotalProcessorTime - processor;
        if (!result.Success)
            throw new InvalidOperationException($"The generated code base '{project.Code.Name}' was not emitted: {result.Diagnostics[0]}");

        var inActions = attached?.ExecutionTimes().Values.Sum(time => time.TotalMilliseconds) ?? 0;
        return new CompilerRun(wall.TotalMilliseconds, spent.TotalMilliseconds, inActions, (GC.GetTotalAllocatedBytes(precise: true) - allocated) / Megabyte, diagnostics.Length);
    }
}
