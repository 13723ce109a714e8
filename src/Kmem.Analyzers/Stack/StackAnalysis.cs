using System.Collections.Immutable;
using Kmem.Analyzers.Contracts;
using Kmem.Analyzers.Flow;
using Kmem.Analyzers.Flow.Graphs;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Kmem.Analyzers.Stack;

/// <summary>How much of a small stack does this code need? KMEM5001 and 5003 for one compilation.</summary>
internal sealed class StackAnalysis
{
    private readonly KernelCode _kernel = new();
    private readonly CallDepth _depths;
    private readonly Compilation _compilation;

    public StackAnalysis(AnalyzedProgram program)
    {
        _depths = new CallDepth(program);
        _compilation = program.Compilation;
    }

    public void Analyze(MethodGraph graph, BodyContract body, AnalyzerConfigOptions options, Action<Diagnostic> report, CancellationToken cancellation)
    {
        CheckFrame(graph, body, options, report, cancellation);
        if (graph.Method is { } method && (body.Kind == BodyKind.Atomic || StackBudget.OwnOf(method) is not null))
            CheckDepth(graph, method, options, report, cancellation);
    }

    private void CheckFrame(MethodGraph graph, BodyContract body, AnalyzerConfigOptions options, Action<Diagnostic> report, CancellationToken cancellation)
    {
        var frame = Frame.Of(graph);
        if (frame.Largest is not { } largest)
            return;

        var set = (graph.Method is { } method ? StackBudget.Written(method) : null) ?? StackBudget.Configured(options);
        var budget = set ?? StackBudget.Default;
        if (frame.Bytes <= budget || (set is null && !_kernel.Is(graph, body)) || !IsReached(largest, cancellation))
            return;

        var properties = largest.Allocation is { } allocation
            ? ImmutableDictionary<string, string?>.Empty
                .Add(DiagnosticProperties.StackAllocationSpan, FormattableString.Invariant($"{allocation.SpanStart},{allocation.Span.Length}"))
                .Add(DiagnosticProperties.IsAtomic, body.IsAtomic ? "true" : null)
            : ImmutableDictionary<string, string?>.Empty;
        report(Diagnostic.Create(
            Rules.LargeFrame, largest.Location, properties, graph.Method?.Name ?? "", frame.Bytes, budget, largest.Name, largest.Bytes));
    }

    private bool IsReached(StackSlot slot, CancellationToken cancellation) =>
        slot.Allocation is not { } allocation || Reachability.IsReached(allocation, _compilation.GetSemanticModel(allocation.SyntaxTree), cancellation);

    private void CheckDepth(MethodGraph graph, IMethodSymbol method, AnalyzerConfigOptions options, Action<Diagnostic> report, CancellationToken cancellation)
    {
        if (method.Locations.FirstOrDefault(location => location.IsInSource) is not { } location)
            return;

        var depth = _depths.Of(graph, cancellation);
        var most = StackBudget.Thread(options);
        var reason = depth.Recursive is { } recursive ? Rules.Text("Stack_Recursive", recursive.Name)
            : depth.Bytes > most ? Rules.Text("Stack_TooDeep", Text(depth.Bytes), Text(most), string.Join(" > ", depth.Way.Select(callee => callee.Name)))
            : null;
        if (reason is null)
            return;

        var way = depth.Way.SelectMany(callee => callee.Locations.Where(each => each.IsInSource).Take(1));
        report(Diagnostic.Create(Rules.DeepStack, location, way, method.Name.Length == 0 ? "lambda" : method.Name, reason));
    }

    private static string Text(long bytes) => bytes.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
